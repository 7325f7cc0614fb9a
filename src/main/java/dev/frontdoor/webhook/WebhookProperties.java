package dev.frontdoor.webhook;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom the webhook asks, and how long and how often.
 *
 * @param enabled whether there is a {@code webhook} notifier
 * @param url where events are POSTed to, http or https
 * @param source the {@code source} of events; empty for one made of the application's name and the
 *     instance
 * @param secrets each makes one signature: {@code whsec_} and base64, or a text; none leaves events
 *     unsigned
 * @param connectTimeout for a connection to the receiver
 * @param responseTimeout for one attempt, from its start to the end of the answer
 * @param deliveries how ends are delivered
 */
@ConfigurationProperties("frontdoor.webhook")
public record WebhookProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("") String url,
        @DefaultValue("") String source,
        @DefaultValue List<String> secrets,
        @DefaultValue("1s") Duration connectTimeout,
        @DefaultValue("3s") Duration responseTimeout,
        @DefaultValue Deliveries deliveries) {

    static final String PREFIX = "frontdoor.webhook.";

    /** Refuses what no event could be sent with. */
    public WebhookProperties {
        requireHttp(url);
        if (!source.isEmpty()) {
            requireUriReference(source);
        }
        secrets = List.copyOf(secrets);
        for (int i = 0; i < secrets.size(); i++) {
            byte[] _ = Signer.key("%ssecrets[%d]".formatted(PREFIX, i), secrets.get(i));
        }
        requirePositive("connect-timeout", connectTimeout);
        requirePositive("response-timeout", responseTimeout);
        if (connectTimeout.compareTo(responseTimeout) > 0) {
            throw new IllegalArgumentException(
                    "%sconnect-timeout must be at most response-timeout (%s), was %s"
                            .formatted(PREFIX, responseTimeout, connectTimeout));
        }
    }

    /** Where events are POSTed to. */
    URI target() {
        return URI.create(url);
    }

    /** The keys to sign with, in the order of the secrets. */
    List<byte[]> keys() {
        List<byte[]> keys = new ArrayList<>();
        for (String secret : secrets) {
            keys.add(Signer.key(PREFIX + "secrets", secret));
        }
        return keys;
    }

    @Override
    public String toString() {
        return "WebhookProperties[url=%s, %d secrets]".formatted(url, secrets.size());
    }

    /**
     * How events are delivered that nobody waits for: ends, and what puts a receiver right.
     *
     * @param queueCapacity how many may wait; one more is dropped
     * @param maxConcurrent how many may be on their way at once
     * @param maxAttempts after how many attempts one is given up
     * @param maxAge how old one may be and still be tried again
     * @param initialBackoff the longest pause after the first attempt; it doubles with each attempt
     * @param maxBackoff the longest pause after any attempt
     * @param flushTimeout how long a stop waits for what is left
     */
    public record Deliveries(
            @DefaultValue("50000") int queueCapacity,
            @DefaultValue("16") int maxConcurrent,
            @DefaultValue("100") int maxAttempts,
            @DefaultValue("1h") Duration maxAge,
            @DefaultValue("500ms") Duration initialBackoff,
            @DefaultValue("1m") Duration maxBackoff,
            @DefaultValue("5s") Duration flushTimeout) {

        /** Refuses bounds that would let nothing through. */
        public Deliveries {
            requirePositive("deliveries.queue-capacity", queueCapacity);
            requirePositive("deliveries.max-concurrent", maxConcurrent);
            requirePositive("deliveries.max-attempts", maxAttempts);
            requirePositive("deliveries.max-age", maxAge);
            requirePositive("deliveries.initial-backoff", initialBackoff);
            requirePositive("deliveries.max-backoff", maxBackoff);
            if (initialBackoff.compareTo(maxBackoff) > 0) {
                throw new IllegalArgumentException(
                        "%sdeliveries.initial-backoff must be at most max-backoff (%s), was %s"
                                .formatted(PREFIX, maxBackoff, initialBackoff));
            }
            if (flushTimeout.isNegative()) {
                throw new IllegalArgumentException(
                        "%sdeliveries.flush-timeout must be zero or more, was %s"
                                .formatted(PREFIX, flushTimeout));
            }
        }
    }

    private static void requireHttp(String url) {
        try {
            URI uri = new URI(url);
            boolean http =
                    "http".equalsIgnoreCase(uri.getScheme())
                            || "https".equalsIgnoreCase(uri.getScheme());
            if (http
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null) {
                return;
            }
        } catch (URISyntaxException _) {
            // Falls through to the same message.
        }
        throw new IllegalArgumentException(
                "%surl must be an http or https URL with a host and neither user nor fragment, was '%s'"
                        .formatted(PREFIX, url));
    }

    private static void requireUriReference(String source) {
        try {
            URI _ = new URI(source);
        } catch (URISyntaxException _) {
            throw new IllegalArgumentException(
                    "%ssource must be empty or a URI, absolute or relative, was '%s'"
                            .formatted(PREFIX, source));
        }
    }

    private static void requirePositive(String key, Duration value) {
        if (value.toMillis() < 1 || value.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%s%s must be from 1ms to 24d, was %s".formatted(PREFIX, key, value));
        }
    }

    private static void requirePositive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "%s%s must be at least 1, was %d".formatted(PREFIX, key, value));
        }
    }
}
