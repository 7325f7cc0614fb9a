package dev.frontdoor.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.test.server.SettingsBinder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

class JwtSettingsTests {

    @TempDir Path directory;

    @Test
    void withoutSettingsNoTokenIsAccepted() {
        assertThat(bind()).extracting(JwtProperties::isEnabled).isEqualTo(false);
        JwtSettings.check(bind());
    }

    @Test
    void anIssuerOrAnAddressOfKeysOrBothAreEnough() {
        JwtSettings.check(bind("issuer", "https://id.example/realm", "audiences", "front-door"));
        JwtSettings.check(bind("jwk-set-uri", "http://id.example/keys", "audiences", "*"));
        JwtSettings.check(
                bind("issuer", "any text", "jwk-set-uri", "https://[::1]/k", "audiences", "a"));
    }

    @Test
    void settingsWithoutASourceOfKeysAreRefused() {
        expectRefused("set frontdoor.auth.jwt.issuer, or", "audiences", "front-door");
        expectRefused("set frontdoor.auth.jwt.issuer, or", "namespaces-claim", "ns");
        expectRefused("set frontdoor.auth.jwt.issuer, or", "task-queues-claim", "queues");
        expectRefused("set frontdoor.auth.jwt.issuer, or", "renew", "true");
        expectRefused("set frontdoor.auth.jwt.issuer, or", "ssl-bundle", "cluster");
        expectRefused("set frontdoor.auth.jwt.issuer, or", "jwk-set-token-file", "token");
    }

    @Test
    void audiencesMustBeNamed() {
        expectRefused("The value * accepts every token", "issuer", "https://id.example");
    }

    @Test
    void addressesMustBeThoseOfHttp() {
        for (String url :
                new String[] {
                    "id.example", "ftp://id.example", "https://", "https://u:p@id.example", "a b"
                }) {
            expectRefused("must be an http or https URL", "issuer", url, "audiences", "a");
            expectRefused("must be an http or https URL", "jwk-set-uri", url, "audiences", "a");
        }
    }

    @Test
    void fileOfTheTokenForKeysMustBeThere() {
        String missing = directory.resolve("token").toString();
        expectRefused(
                "There is no such file",
                "issuer",
                "https://id.example",
                "audiences",
                "a",
                "jwk-set-token-file",
                missing);
    }

    @Test
    void timesHaveBounds() {
        assertThat(
                        SettingsBinder.refusal(
                                JwtProperties.class,
                                settings(
                                        "clock-skew",
                                        "11m",
                                        "fetch-timeout",
                                        "0s",
                                        "principal-claim",
                                        "",
                                        "refresh-interval",
                                        "0s",
                                        "startup-timeout",
                                        "61s",
                                        "unknown-key-interval",
                                        "2d")))
                .isEqualTo(
                        """
                        frontdoor.auth.jwt.clock-skew: PT11M: must be from 0 to 10m
                        frontdoor.auth.jwt.fetch-timeout: PT0S: must be from 10ms to 1m
                        frontdoor.auth.jwt.principal-claim: : must not be empty
                        frontdoor.auth.jwt.refresh-interval: PT0S: must be from 100ms to 1d
                        frontdoor.auth.jwt.startup-timeout: PT1M1S: must be from 0 to 60s
                        frontdoor.auth.jwt.unknown-key-interval: PT48H: must be from 100ms to 1d\
                        """);
    }

    private static void expectRefused(String reason, String... settings) {
        assertThatThrownBy(
                        () -> {
                            JwtProperties properties = bind(settings);
                            JwtSettings.check(properties);
                            JwtSettings.checkGrants(properties);
                        })
                .hasMessageContaining("frontdoor.auth.jwt.")
                .hasStackTraceContaining(reason);
    }

    private static JwtProperties bind(String... settings) {
        return SettingsBinder.bind(JwtProperties.class, settings(settings));
    }

    private static Map<String, String> settings(String... settings) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put("frontdoor.auth.jwt." + settings[i], settings[i + 1]);
        }
        return map;
    }
}
