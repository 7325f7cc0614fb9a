package dev.frontdoor.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.thread.TestTime;
import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.test.server.SettingsBinder;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** When the issuer is asked for its keys. */
@ExtendWith(LoggedOutputExtension.class)
class JwtKeysTests {

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final TestTime time = new TestTime();
    private final List<Duration> requests = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private boolean down;
    private String reason = "down";
    private final JwtKeys keys =
            new JwtKeys(
                    this::answer,
                    SettingsBinder.bind(
                            JwtProperties.class,
                            Map.of(
                                    "frontdoor.auth.jwt.issuer",
                                    "https://issuer.example",
                                    "frontdoor.auth.jwt.audiences",
                                    "a")),
                    JwtMetrics.ofWorkers(new SimpleMeterRegistry()),
                    time,
                    time);

    private KeySet answer(long askedAt) throws IOException {
        requests.add(Duration.ofNanos(askedAt));
        if (down) {
            throw new IOException(reason);
        }
        return new KeySet(Set.of(), 0, askedAt);
    }

    @Test
    void keysAreFetchedAtOnceAndThenRegularly() {
        keys.start();
        assertThat(keys.current()).isNull();
        time.advance(Duration.ofMinutes(10));

        assertThat(requests)
                .containsExactly(Duration.ZERO, Duration.ofMinutes(5), Duration.ofMinutes(10));
        assertThat(keys.current()).isNotNull();
    }

    @Test
    void issuerThatIsDownIsAskedAgainWithGrowingPausesAndItsKeysStay() {
        keys.start();
        time.advance(Duration.ZERO);
        KeySet first = keys.current();
        down = true;
        time.advance(Duration.ofMinutes(7));

        assertThat(requests.subList(1, requests.size()))
                .extracting(Duration::toSeconds)
                .containsExactly(300L, 301L, 303L, 307L, 315L, 331L, 361L, 391L);
        assertThat(keys.current()).isSameAs(first);
        assertThat(Objects.requireNonNull(keys.failure()).reason()).isEqualTo("down");

        down = false;
        time.advance(Duration.ofSeconds(30));
        assertThat(keys.current()).isNotSameAs(first);
        assertThat(keys.failure()).isNull();
    }

    @Test
    void eachReasonOfAFailureIsLoggedOnce(CapturedOutput output) {
        down = true;
        keys.start();
        time.advance(Duration.ofMinutes(1));
        reason = "status 500";
        time.advance(Duration.ofMinutes(2));

        assertThat(output.getAll().split("cannot be fetched: down", -1)).hasSize(2);
        assertThat(output.getAll().split("cannot be fetched: status 500", -1)).hasSize(2);
    }

    @Test
    void unknownKeysAskTheIssuerOncePerInterval() {
        keys.start();
        time.advance(Duration.ofSeconds(1));
        assertThat(keys.refresh(() -> done.add("first"))).isTrue();
        assertThat(keys.refresh(() -> done.add("joined"))).isTrue();
        time.advance(Duration.ZERO);
        assertThat(done).containsExactly("first", "joined");

        time.advance(INTERVAL.minusMillis(1));
        assertThat(keys.refresh(() -> done.add("too early"))).isFalse();
        time.advance(Duration.ofMillis(1));
        assertThat(keys.refresh(() -> done.add("later"))).isTrue();
        time.advance(Duration.ZERO);

        assertThat(done).containsExactly("first", "joined", "later");
        assertThat(requests).hasSize(3);
    }

    @Test
    void whoWaitsGoesOnAfterAFailureToo() {
        keys.start();
        time.advance(Duration.ZERO);
        down = true;
        assertThat(keys.refresh(() -> done.add("failed"))).isTrue();
        time.advance(Duration.ZERO);

        assertThat(done).containsExactly("failed");
    }

    @Test
    void boundedNumberWaitsForOneResponse() {
        for (int i = 0; i < JwtKeys.MAX_WAITING; i++) {
            assertThat(keys.refresh(() -> done.add("one"))).isTrue();
        }
        assertThat(keys.refresh(() -> done.add("beyond"))).isFalse();
        time.advance(Duration.ZERO);

        assertThat(done).hasSize(JwtKeys.MAX_WAITING).doesNotContain("beyond");
    }

    @Test
    void nothingIsAskedAfterTheEnd() {
        keys.start();
        time.advance(Duration.ZERO);
        keys.close();
        time.advance(Duration.ofHours(1));

        assertThat(requests).hasSize(1);
    }
}
