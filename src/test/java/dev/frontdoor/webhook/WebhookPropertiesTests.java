package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

class WebhookPropertiesTests {

    @Test
    void aUrlIsAllItNeeds() {
        WebhookProperties properties = bind(Map.of());

        assertThat(properties.secrets()).isEmpty();
        assertThat(properties.responseTimeout()).isEqualTo(Duration.ofSeconds(3));
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

        assertThatThrownBy(() -> bind(Map.of("url", value)))
                .rootCause()
                .hasMessageContainingAll(
                        "frontdoor.webhook.url", "http or https", "was '" + value + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a/", "https://a.example:8443/x?y=z", "HTTPS://[::1]:9/"})
    void anHttpUrlIsTaken(String url) {
        assertThat(bind(Map.of("url", url)).target()).hasToString(url);
    }

    @ParameterizedTest
    @CsvSource({
        "connect-timeout, 0s, frontdoor.webhook.connect-timeout must be from 1ms to 24d",
        "connect-timeout, 4s, frontdoor.webhook.connect-timeout must be at most response-timeout",
        "response-timeout, -1s, frontdoor.webhook.response-timeout must be from 1ms",
        "response-timeout, 40d, frontdoor.webhook.response-timeout must be from 1ms to 24d",
        "source, a b, frontdoor.webhook.source must be empty or a URI",
        "deliveries.queue-capacity, 0, frontdoor.webhook.deliveries.queue-capacity must be at",
        "deliveries.max-concurrent, 0, frontdoor.webhook.deliveries.max-concurrent must be at",
        "deliveries.max-attempts, 0, frontdoor.webhook.deliveries.max-attempts must be at least 1",
        "deliveries.max-age, 0s, frontdoor.webhook.deliveries.max-age must be from 1ms",
        "deliveries.initial-backoff, 0s, frontdoor.webhook.deliveries.initial-backoff must be from 1ms",
        "deliveries.initial-backoff, 2m, frontdoor.webhook.deliveries.initial-backoff must be at most",
        "deliveries.max-backoff, 0s, frontdoor.webhook.deliveries.max-backoff must be from 1ms",
        "deliveries.flush-timeout, -1s, frontdoor.webhook.deliveries.flush-timeout must be zero",
    })
    void aBoundThatLetsNothingThroughIsRefused(String key, String value, String message) {
        assertThatThrownBy(() -> bind(Map.of(key, value)))
                .rootCause()
                .hasMessageContainingAll(message, ", was ");
    }

    @Test
    void aShortSecretIsRefusedByItsPlace() {
        assertThatThrownBy(() ->
                        bind(
                                Map.of(
                                        "secrets[0]", "long enough to be a secret",
                                        "secrets[1]", "short")))
                .rootCause()
                .hasMessageContaining("frontdoor.webhook.secrets[1]");
    }

    @Test
    void itsTextTellsNoSecret() {
        WebhookProperties properties = bind(Map.of("secrets", "long enough to be a secret"));

        assertThat(properties.toString()).contains("1 secrets").doesNotContain("enough");
    }

    private static WebhookProperties bind(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put("frontdoor.webhook.url", "http://localhost:1/");
        settings.forEach((key, value) -> all.put("frontdoor.webhook." + key, value));
        return new Binder(new MapConfigurationPropertySource(all))
                .bindOrCreate("frontdoor.webhook", WebhookProperties.class);
    }
}
