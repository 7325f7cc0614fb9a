package dev.frontdoor.webhook;

import org.springframework.http.HttpHeaders;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;

/** When a receiver asks for the next attempt: its header {@code Retry-After}. */
final class RetryAfter {

    private static final int MAX_DIGITS = 9;

    private RetryAfter() {}

    /**
     * The pause that a response asks for; zero if it asks for none, or not in a form of HTTP. A
     * date counts from the date of the response, so that the clocks need not agree.
     *
     * @param now the date of this machine, for a response without a date
     */
    static Duration of(HttpHeaders headers, Instant now) {
        String value = headers.getFirst(HttpHeaders.RETRY_AFTER);
        if (value == null) {
            return Duration.ZERO;
        }
        if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return value.isEmpty()
                    ? Duration.ZERO
                    : Duration.ofSeconds(
                            Long.parseLong(
                                    value.length() > MAX_DIGITS ? "9".repeat(MAX_DIGITS) : value));
        }
        try {
            ZonedDateTime then = headers.getFirstZonedDateTime(HttpHeaders.RETRY_AFTER);
            ZonedDateTime sent = headers.getFirstZonedDateTime(HttpHeaders.DATE);
            if (then == null) {
                return Duration.ZERO;
            }
            long start = sent == null ? now.getEpochSecond() : sent.toEpochSecond();
            return Duration.ofSeconds(Math.max(then.toEpochSecond() - start, 0));
        } catch (IllegalArgumentException _) {
            return Duration.ZERO;
        }
    }
}
