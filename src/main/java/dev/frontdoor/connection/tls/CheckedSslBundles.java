package dev.frontdoor.connection.tls;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerSslBundle;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The SSL bundles of Spring Boot, each checked before it is used. A broken one keeps the service
 * from starting. An update that is broken changes nothing: the bundle stays as it was until a good
 * one comes. Used by any thread.
 */
public final class CheckedSslBundles extends DefaultSslBundleRegistry {

    private static final Logger log = LoggerFactory.getLogger(CheckedSslBundles.class);

    private final BundleCheck check;
    private final ConcurrentNavigableMap<String, BundleStatus> statuses =
            new ConcurrentSkipListMap<>();

    /** The last update of each bundle, if it was refused. */
    private final Map<String, SslBundle> refused = new HashMap<>();

    CheckedSslBundles(BundleCheck check) {
        this.check = check;
    }

    /** How each bundle stands, by name. */
    public List<BundleStatus> statuses() {
        return List.copyOf(statuses.values());
    }

    /**
     * Checks the bundles of a port of Spring Boot.
     *
     * @param setting what its settings begin with
     * @param ssl these settings; null if it has none
     * @throws BrokenSslBundleException if the port cannot use them
     */
    public void requireForPort(String setting, @Nullable Ssl ssl) {
        if (ssl == null || !Ssl.isEnabled(ssl)) {
            return;
        }
        boolean asks = ssl.getClientAuth() != null && ssl.getClientAuth() != Ssl.ClientAuth.NONE;
        String name = ssl.getBundle() == null ? setting : ssl.getBundle();
        requireForPort(name, WebServerSslBundle.get(ssl, this), asks);
        ssl.getServerNameBundles()
                .forEach(host -> requireForPort(host.bundle(), getBundle(host.bundle()), asks));
    }

    /**
     * Checks the bundle of a port.
     *
     * @param name its name in the settings
     * @param asksForCertificates whether the port asks its clients for certificates
     * @throws BrokenSslBundleException if the port cannot use it
     */
    public void requireForPort(String name, SslBundle bundle, boolean asksForCertificates) {
        require(name, bundle);
        if (bundle.getStores().getKeyStore() == null) {
            throw new BrokenSslBundleException(name, "it has no key, which a port needs");
        }
        if (asksForCertificates && bundle.getStores().getTrustStore() == null) {
            throw new BrokenSslBundleException(
                    name,
                    "it has no trust store, which client-auth needs: without one, a certificate of"
                            + " any public authority would be accepted");
        }
    }

    private void require(String name, SslBundle bundle) {
        String fault = check.fault(name, bundle);
        if (fault != null) {
            throw new BrokenSslBundleException(name, fault);
        }
    }

    @Override
    public void registerBundle(String name, SslBundle bundle) {
        require(name, bundle);
        super.registerBundle(name, bundle);
        statuses.put(name, new BundleStatus(name, BundleCheck.expiry(bundle), null));
    }

    @Override
    public synchronized void updateBundle(String name, SslBundle updated) {
        BundleStatus before = Objects.requireNonNull(statuses.get(name), name);
        refused.remove(name);
        String fault = check.fault(name, updated);
        if (fault != null) {
            refused.put(name, updated);
            statuses.put(name, before.refused(fault));
            if (!fault.equals(before.fault())) {
                log.warn(
                        "SSL bundle '{}' is not updated: {}. What was read before stays in use",
                        name,
                        fault);
            }
            return;
        }
        super.updateBundle(name, updated);
        BundleStatus now = new BundleStatus(name, BundleCheck.expiry(updated), null);
        statuses.put(name, now);
        log.info("SSL bundle '{}' is updated; new connections use it", name);
    }

    /** Checks refused updates again: a certificate may be valid by now, or a file complete. */
    synchronized void retryRefused() {
        Map.copyOf(refused).forEach(this::updateBundle);
    }
}
