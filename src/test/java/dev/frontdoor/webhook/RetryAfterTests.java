package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

import java.time.Duration;
import java.time.Instant;

class RetryAfterTests {

    private static final Instant NOW = Instant.parse("2026-11-22T06:14:00.900Z");

    @ParameterizedTest
    @CsvSource({"0, PT0S", "6, PT6S", "00120, PT2M", "99999999999999999999, PT277777H46M39S"})
    void secondsAreTaken(String value, Duration pause) {
        assertThat(RetryAfter.of(headers(value), NOW)).isEqualTo(pause);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sun, 22 Nov 2026 06:14:06 GMT",
                "Sunday, 22-Nov-26 06:14:06 GMT",
                "Sun Nov 22 06:14:06 2026"
            })
    void aDateIsTakenInEachFormOfHttp(String value) {
        assertThat(RetryAfter.of(headers(value), NOW)).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void aDateCountsFromTheDateOfTheResponse() {
        HttpHeaders headers = headers("Sun, 22 Nov 2026 08:14:06 GMT");
        headers.set(HttpHeaders.DATE, "Sun, 22 Nov 2026 08:14:00 GMT");

        assertThat(RetryAfter.of(headers, NOW)).isEqualTo(Duration.ofSeconds(6));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "soon", "-6", "6.5", "\u0666", "Sun, 22 Nov 2026 06:13:00 GMT", "6 s"})
    void whatIsNoTimeToComeAsksForNothing(String value) {
        assertThat(RetryAfter.of(headers(value), NOW)).isZero();
    }

    @Test
    void withoutTheHeaderNothingIsAskedFor() {
        assertThat(RetryAfter.of(new HttpHeaders(), NOW)).isZero();
    }

    private static HttpHeaders headers(String retryAfter) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, retryAfter);
        return headers;
    }
}
