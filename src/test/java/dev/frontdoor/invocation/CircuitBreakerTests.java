package dev.frontdoor.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.thread.TestTime;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

/** When a notifier is suspended, and when it is called again. */
class CircuitBreakerTests {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final CallResult FAILED =
            new CallResult.Failed(new IllegalStateException("scripted"));

    private final TestTime time = new TestTime();
    private final CircuitBreaker breaker = new CircuitBreaker("a", 3, INTERVAL, time);
    private long pid;

    @Test
    void failuresInARowSuspendTheNotifier() {
        fail(2);
        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.tryCall()).isTrue();
        breaker.called(++pid, new CallResult.TimedOut(INTERVAL));

        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.tryCall()).isFalse();
        assertThat(breaker.retryAfter()).isEqualTo(INTERVAL);
    }

    @Test
    void verdictStartsTheCountAgain() {
        for (CallResult result :
                new CallResult[] {new CallResult.Accepted(), new CallResult.Rejected("no")}) {
            fail(2);
            breaker.called(++pid, result);
            fail(2);
            assertThat(breaker.isOpen()).as("%s", result).isFalse();
            breaker.called(++pid, result);
        }
    }

    @Test
    void skippedCallAndOneThatTheNotifierDeclinesCountForNothing() {
        fail(2);
        breaker.called(++pid, new CallResult.Skipped());
        breaker.called(++pid, new CallResult.Declined());
        fail(1);
        assertThat(breaker.isOpen()).isTrue();

        breaker.called(++pid, new CallResult.Declined());
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void oneConnectionAloneSuspendsNoNotifier() {
        for (int i = 0; i < 100; i++) {
            breaker.called(7, FAILED);
        }
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void oneProbeIsMadeInEachInterval() {
        fail(3);
        time.advance(INTERVAL.minusNanos(1));
        assertThat(breaker.tryCall()).isFalse();
        time.advance(Duration.ofNanos(1));

        assertThat(breaker.retryAfter()).isNull();
        assertThat(breaker.tryCall()).isTrue();
        assertThat(breaker.tryCall()).isFalse();
        breaker.called(++pid, FAILED);
        assertThat(breaker.retryAfter()).isEqualTo(INTERVAL);
        time.advance(INTERVAL);
        assertThat(breaker.tryCall()).isTrue();
    }

    @Test
    void nextProbeIsKnownWhileTheNotifierIsSuspended() {
        assertThat(breaker.nextProbe()).isNull();
        fail(3);
        Instant suspended = Instant.ofEpochMilli(time.wallTime());
        assertThat(breaker.nextProbe()).isEqualTo(suspended.plus(INTERVAL));

        time.advance(INTERVAL.multipliedBy(3));
        assertThat(breaker.nextProbe()).isEqualTo(suspended.plus(INTERVAL.multipliedBy(3)));
        assertThat(breaker.tryCall()).isTrue();
        assertThat(breaker.nextProbe()).isEqualTo(suspended.plus(INTERVAL.multipliedBy(4)));
        breaker.called(++pid, new CallResult.Accepted());
        assertThat(breaker.nextProbe()).isNull();
    }

    @Test
    void probeThatSucceedsEndsTheSuspension() {
        fail(3);
        time.advance(INTERVAL);
        assertThat(breaker.tryCall()).isTrue();
        breaker.called(++pid, new CallResult.Rejected("no"));

        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.tryCall()).isTrue();
        assertThat(breaker.tryCall()).isTrue();
        fail(2);
        assertThat(breaker.isOpen()).isFalse();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.called(++pid, FAILED);
        }
    }
}
