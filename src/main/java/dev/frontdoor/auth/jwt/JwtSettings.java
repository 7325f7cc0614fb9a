package dev.frontdoor.auth.jwt;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the settings of tokens must be together. */
final class JwtSettings {

    private static final String PREFIX = "frontdoor.auth.jwt.";
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private JwtSettings() {}

    /**
     * Checks settings.
     *
     * @throws InvalidConfigurationPropertyValueException if they cannot be used together
     */
    static void check(JwtProperties properties) {
        if (properties.isEnabled()) {
            checkSource(properties);
            require(
                    !properties.audiences().isEmpty(),
                    "audiences",
                    properties.audiences(),
                    "Name the audiences of the tokens that are meant for this service. The value *"
                            + " accepts every token of the issuer, also those for other services.");
            String file = properties.jwkSetTokenFile();
            require(
                    file.isEmpty() || Files.isReadable(Path.of(file)),
                    "jwk-set-token-file",
                    file,
                    "There is no such file, or it cannot be read.");
        } else {
            refuseAlone("audiences", properties.audiences(), List.of());
            refuseAlone("namespaces-claim", properties.namespacesClaim(), "");
            refuseAlone("task-queues-claim", properties.taskQueuesClaim(), "");
            refuseAlone("renew", properties.renew(), false);
            refuseAlone("ssl-bundle", properties.sslBundle(), "");
            refuseAlone("jwk-set-token-file", properties.jwkSetTokenFile(), "");
        }
    }

    private static void checkSource(JwtProperties properties) {
        boolean discovery = properties.jwkSetUri().isEmpty();
        require(
                discovery || isHttp(properties.jwkSetUri()),
                "jwk-set-uri",
                properties.jwkSetUri(),
                "It must be an http or https URL with a host and neither user nor fragment.");
        require(
                !discovery || isHttp(properties.issuer()),
                "issuer",
                properties.issuer(),
                "Without frontdoor.auth.jwt.jwk-set-uri it must be an http or https URL with a host"
                        + " and neither user nor fragment.");
    }

    private static void refuseAlone(String name, Object value, Object unset) {
        require(
                value.equals(unset),
                name,
                value,
                "It needs a source of keys: set frontdoor.auth.jwt.issuer, or"
                        + " frontdoor.auth.jwt.jwk-set-uri, or both.");
    }

    /** Whether a request can be sent to a URL. */
    static boolean isHttp(String url) {
        try {
            URI uri = new URI(url);
            return uri.getScheme() != null
                    && SCHEMES.contains(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private static void require(boolean condition, String name, Object value, String reason) {
        if (!condition) {
            throw new InvalidConfigurationPropertyValueException(PREFIX + name, value, reason);
        }
    }
}
