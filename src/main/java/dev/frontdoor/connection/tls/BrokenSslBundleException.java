package dev.frontdoor.connection.tls;

/** An SSL bundle cannot be used; the service does not start. */
public final class BrokenSslBundleException extends RuntimeException {

    BrokenSslBundleException(String bundle, String fault) {
        super("SSL bundle '%s' cannot be used: %s".formatted(bundle, fault));
    }
}
