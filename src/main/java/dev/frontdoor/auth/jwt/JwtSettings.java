package dev.frontdoor.auth.jwt;

import dev.frontdoor.logging.Secrets;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the settings of tokens must be together. */
final class JwtSettings {

    private static final Set<String> SCHEMES = Set.of("http", "https");

    private JwtSettings() {}

    /**
     * Checks settings.
     *
     * @throws InvalidConfigurationPropertyValueException if they cannot be used together
     */
    static void check(JwtRules properties) {
        if (properties.isEnabled()) {
            checkSource(properties);
            require(
                    properties,
                    !properties.audiences().isEmpty(),
                    "audiences",
                    properties.audiences(),
                    "Name the audiences of the tokens that are meant for this service. The value *"
                            + " accepts every token of the issuer, also those for other services.");
            String file = properties.jwkSetTokenFile();
            require(
                    properties,
                    file.isEmpty() || Files.isReadable(Path.of(file)),
                    "jwk-set-token-file",
                    file,
                    "There is no such file, or it cannot be read.");
        } else {
            refuseAlone(properties, "audiences", properties.audiences(), List.of());
            refuseAlone(properties, "ssl-bundle", properties.sslBundle(), "");
            refuseAlone(properties, "jwk-set-token-file", properties.jwkSetTokenFile(), "");
        }
    }

    /** Checks what workers alone have. */
    static void checkGrants(JwtProperties properties) {
        if (!properties.isEnabled()) {
            refuseAlone(properties, "namespaces-claim", properties.namespacesClaim(), "");
            refuseAlone(properties, "task-queues-claim", properties.taskQueuesClaim(), "");
            refuseAlone(properties, "renew", properties.renew(), false);
        }
    }

    private static void checkSource(JwtRules properties) {
        boolean discovery = properties.jwkSetUri().isEmpty();
        require(
                properties,
                discovery || isHttp(properties.jwkSetUri()),
                "jwk-set-uri",
                properties.jwkSetUri(),
                "It must be an http or https URL with a host and neither user nor fragment.");
        require(
                properties,
                !discovery || isHttp(properties.issuer()),
                "issuer",
                properties.issuer(),
                "Without %sjwk-set-uri it must be an http or https URL with a host and neither user nor fragment."
                        .formatted(properties.prefix()));
    }

    private static void refuseAlone(JwtRules properties, String name, Object value, Object unset) {
        require(
                properties,
                value.equals(unset),
                name,
                value,
                "It needs a source of keys: set %sissuer, or %sjwk-set-uri, or both."
                        .formatted(properties.prefix(), properties.prefix()));
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

    private static void require(
            JwtRules properties, boolean condition, String name, Object value, String reason) {
        if (!condition) {
            // Spring logs the message, with the value in it.
            String shown = Secrets.hideInUrls(String.valueOf(value));
            throw new InvalidConfigurationPropertyValueException(
                    properties.prefix() + name, shown, reason);
        }
    }
}
