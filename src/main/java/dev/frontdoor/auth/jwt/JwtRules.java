package dev.frontdoor.auth.jwt;

import java.time.Duration;
import java.util.List;

/**
 * Which JSON Web Tokens are accepted, and where the keys come from that check them. {@link
 * JwtProperties} explains each.
 */
interface JwtRules {

    /** What the names of these settings begin with. */
    String prefix();

    String issuer();

    String jwkSetUri();

    List<String> audiences();

    Duration clockSkew();

    String sslBundle();

    String jwkSetTokenFile();

    /** The time from one fetch of the keys to the next. */
    default Duration refreshInterval() {
        return Duration.ofMinutes(5);
    }

    /** The shortest time between two fetches because of unknown keys. */
    default Duration unknownKeyInterval() {
        return Duration.ofSeconds(10);
    }

    /** The time for one response of the issuer. */
    default Duration fetchTimeout() {
        return Duration.ofSeconds(5);
    }

    /** Whether there is a source of keys, so that tokens are accepted. */
    default boolean isEnabled() {
        return !issuer().isEmpty() || !jwkSetUri().isEmpty();
    }

    /** What tells where the keys come from, without the query, which may have a secret. */
    default String source() {
        return withoutQuery(jwkSetUri().isEmpty() ? issuer() : jwkSetUri());
    }

    /** A URL for a log. */
    static String withoutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query) + "?...";
    }
}
