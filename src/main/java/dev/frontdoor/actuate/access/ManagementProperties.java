package dev.frontdoor.actuate.access;

import jakarta.validation.constraints.Pattern;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import java.util.List;

/**
 * How the management port is reached. Who may use it is in the settings below {@code auth}.
 *
 * @param openEndpoints endpoints that are read without credentials
 * @param trustLoopback whether a request from this machine that no proxy forwarded needs no
 *     credentials
 * @param allowedOrigins values of {@code Origin} that may change something, besides the service's
 *     own
 * @param allowedHosts names in {@code Host}, besides addresses, localhost and the machine's name
 */
@Validated
@ConfigurationProperties("frontdoor.management")
record ManagementProperties(
        @DefaultValue({"health", "prometheus"})
                List<
                                @Pattern(
                                        regexp = "[a-zA-Z][a-zA-Z0-9]*",
                                        message = "must be the id of an endpoint")
                                String>
                        openEndpoints,
        @DefaultValue("without-auth") LoopbackTrust trustLoopback,
        @DefaultValue
                List<
                                @Pattern(
                                        regexp = "[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#@\\s]+",
                                        message = "must be like https://ops.example.com:8443")
                                String>
                        allowedOrigins,
        @DefaultValue
                List<
                                @Pattern(
                                        regexp = "[^/?#@:\\s]+",
                                        message = "must be a name without a port")
                                String>
                        allowedHosts) {

    /** Copies the lists. */
    ManagementProperties {
        openEndpoints = List.copyOf(openEndpoints);
        allowedOrigins = List.copyOf(allowedOrigins);
        allowedHosts = List.copyOf(allowedHosts);
    }
}
