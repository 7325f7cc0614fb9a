package dev.frontdoor.webhook;

import org.springframework.util.unit.DataSize;

import java.time.Duration;
import java.util.Arrays;

/** Settings for tests. Time limits are so long that only tests about them reach them. */
final class Settings {

    static final Duration LONG = Duration.ofSeconds(60);

    private Settings() {}

    static WebhookProperties of(TestReceiver receiver, String... secrets) {
        return of(receiver.url().toString(), LONG, secrets);
    }

    static WebhookProperties of(String url, Duration timeout, String... secrets) {
        return new WebhookProperties(
                true,
                url,
                "/test",
                Arrays.stream(secrets).map(Secret::of).toList(),
                "",
                timeout,
                timeout,
                DataSize.ofBytes(0),
                deliveries(100, 4, 1000, LONG));
    }

    static WebhookProperties.Deliveries deliveries(
            int capacity, int concurrent, int attempts, Duration flushTimeout) {
        return new WebhookProperties.Deliveries(
                capacity,
                DataSize.ofBytes(0),
                concurrent,
                attempts,
                Duration.ofHours(1),
                Duration.ofMillis(1),
                Duration.ofMillis(20),
                flushTimeout);
    }
}
