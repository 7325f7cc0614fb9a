package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.SettingsBinder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

class WebhookPropertiesTests {

    @Test
    void aUrlIsAllItNeeds() {
        WebhookProperties properties = bind(Map.of());

        assertThat(properties.secrets()).isEmpty();
        assertThat(properties.sslBundle()).isEmpty();
        assertThat(properties.responseTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(properties.deliveries().queueCapacity()).isEqualTo(50_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "''",
                "ftp://example.com/",
                "example.com/x",
                "http:///x",
                "http://",
                "https://a b/",
                "https://user:word@example.com/",
                "https://example.com/#x"
            })
    void aUrlThatIsNotHttpIsRefused(String url) {
        String value = url.equals("''") ? "" : url;

        assertThat(refusal(Map.of("url", value)))
                .startsWith("frontdoor.webhook.url: " + value + ": must be an http or https URL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a/", "https://a.example:8443/x?y=z", "HTTPS://[::1]:9/"})
    void anHttpUrlIsTaken(String url) {
        assertThat(bind(Map.of("url", url)).url()).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource({
        "connect-timeout, 0s, PT0S: must be from 1ms to 24d",
        "connect-timeout, 4s, PT4S: must be at most response-timeout",
        "response-timeout, -1s, PT-1S: must be from 1ms",
        "response-timeout, 40d, PT960H: must be from 1ms to 24d",
        "source, a/, a/: must be empty or a URI",
        "source, a?b, a?b: must be empty or a URI",
        "source, a b, a b: must be empty or a URI",
        "source, a%2, a%2: must be empty or a URI",
        "deliveries.queue-capacity, 0, 0: must be 1 or more",
        "deliveries.max-concurrent, 0, 0: must be 1 or more",
        "deliveries.max-attempts, 0, 0: must be 1 or more",
        "deliveries.max-age, 0s, PT0S: must be from 1ms",
        "deliveries.initial-backoff, 0s, PT0S: must be from 1ms",
        "deliveries.initial-backoff, 2m, PT2M: must be at most max-backoff",
        "deliveries.max-backoff, 0s, PT0S: must be from 1ms",
        "deliveries.flush-timeout, -1s, PT-1S: must be 0 or more",
    })
    void aBoundThatLetsNothingThroughIsRefused(String key, String value, String message) {
        assertThat(refusal(Map.of(key, value)))
                .contains("frontdoor.webhook." + key + ": " + message);
    }

    @ParameterizedTest
    @CsvSource({"short, 5", "whsec_%%%hidden%%%, 0", "whsec_c2hvcnQ=, 5"})
    void aShortSecretIsRefusedByItsPlaceAndNotShown(String secret, int size) {
        String refusal =
                refusal(Map.of("secrets[0]", "long enough to be a secret", "secrets[1]", secret));

        assertThat(refusal)
                .startsWith("frontdoor.webhook.secrets[1].size: " + size + ": must be at least 24")
                .contains("whsec_ and base64")
                .doesNotContain(secret);
    }

    @Test
    void itsTextTellsNoSecret() {
        WebhookProperties properties = bind(Map.of("secrets", "long enough to be a secret"));

        assertThat(properties.toString()).contains("[26 bytes]").doesNotContain("enough");
    }

    private static WebhookProperties bind(Map<String, String> settings) {
        return SettingsBinder.bind(WebhookProperties.class, whole(settings));
    }

    private static String refusal(Map<String, String> settings) {
        return SettingsBinder.refusal(WebhookProperties.class, whole(settings));
    }

    private static Map<String, String> whole(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put("frontdoor.webhook.url", "http://localhost:1/");
        settings.forEach((key, value) -> all.put("frontdoor.webhook." + key, value));
        return all;
    }
}
