package dev.frontdoor.actuate.access;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import java.util.List;

/**
 * Who may change something on the management port.
 *
 * @param tokens tokens of operators, each with a name, a role, and the token or its file
 * @param trustLoopback whether a request from this machine that no proxy forwarded may change
 *     something without a token
 * @param allowedOrigins values of {@code Origin} that may change something, besides the service's
 *     own
 * @param allowedHosts names in {@code Host}, besides addresses, localhost and the machine's name
 */
@Validated
@ConfigurationProperties("frontdoor.management")
record ManagementProperties(
        @DefaultValue List<@Valid ManagementToken> tokens,
        @DefaultValue("true") boolean trustLoopback,
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
        tokens = List.copyOf(tokens);
        allowedOrigins = List.copyOf(allowedOrigins);
        allowedHosts = List.copyOf(allowedHosts);
    }
}
