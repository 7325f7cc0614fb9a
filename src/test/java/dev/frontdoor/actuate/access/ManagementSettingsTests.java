package dev.frontdoor.actuate.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.SettingsBinder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

/** The allowed values of the settings of the management port. */
class ManagementSettingsTests {

    private static final String PREFIX = "frontdoor.management.";

    @Test
    void defaultsTrustLoopbackWithoutAuthenticationAndOpenHealthAndMeters() {
        assertThat(SettingsBinder.bind(ManagementProperties.class, Map.of()))
                .isEqualTo(
                        new ManagementProperties(
                                List.of("health", "prometheus"),
                                LoopbackTrust.WITHOUT_AUTH,
                                List.of(),
                                List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "WITHOUT_AUTH, false, true",
        "WITHOUT_AUTH, true,  false",
        "ALWAYS,       true,  true",
        "ALWAYS,       false, true",
        "NEVER,        true,  false",
        "NEVER,        false, false"
    })
    void loopbackIsTrustedAsTheSettingSays(
            LoopbackTrust trust, boolean authentication, boolean trusted) {
        assertThat(trust.applies(authentication)).isEqualTo(trusted);
    }

    @ParameterizedTest
    @CsvSource({
        "allowed-origins, ops.example.com",
        "allowed-origins, https://ops.example.com/",
        "allowed-origins, *",
        "allowed-hosts, ops.example.com:8081",
        "allowed-hosts, http://ops.example.com",
        "allowed-hosts, ''",
        "open-endpoints, /actuator/health",
        "open-endpoints, '*'",
        "open-endpoints, ''"
    })
    void unusableValuesAreRefused(String key, String value) {
        assertThat(
                        SettingsBinder.refusal(
                                ManagementProperties.class, Map.of(PREFIX + key + "[0]", value)))
                .startsWith(PREFIX + key + "[0]: " + value + ": must be ");
    }
}
