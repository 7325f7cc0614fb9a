package dev.frontdoor.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.thread.TestTime;
import dev.frontdoor.notifier.UnprocessableRegistrationException;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

/** When a notifier is suspended, and when it is called again. */
class CircuitBreakerTests {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final CallResult ACCEPTED = new CallResult.Accepted();
    private static final CallResult FAILED =
            new CallResult.Failed(new IllegalStateException("scripted"));
    private static final String HERE = "10.0.0.1";
    private static final String THERE = "10.0.0.2";

    private final TestTime time = new TestTime();
    private long pid;

    @Test
    void isClearUnlessANetworkHasFailedSinceItsLastSuccess() {
        CircuitBreaker breaker = new CircuitBreaker("a", 3, INTERVAL, time);
        assertThat(breaker.isClear()).isTrue();

        breaker.called(HERE, ++pid, FAILED);
        breaker.called(THERE, ++pid, FAILED);
        assertThat(breaker.isClear()).isFalse();

        breaker.called(HERE, ++pid, ACCEPTED);
        assertThat(breaker.isClear()).isFalse();

        breaker.called(THERE, ++pid, ACCEPTED);
        assertThat(breaker.isClear()).isTrue();
    }

    /** All workers connect from one network. */
    @Nested
    class OneNetwork {

        private final CircuitBreaker breaker = new CircuitBreaker("a", 3, INTERVAL, time);

        @Test
        void failuresInARowSuspendTheNotifier() {
            fail(breaker, HERE, 2);
            assertThat(breaker.isOpen()).isFalse();
            assertThat(breaker.tryCall(HERE)).isTrue();
            breaker.called(HERE, ++pid, new CallResult.TimedOut(INTERVAL));

            assertThat(breaker.isOpen()).isTrue();
            assertThat(breaker.isOpenFor(HERE)).isTrue();
            assertThat(breaker.tryCall(HERE)).isFalse();
            assertThat(breaker.retryAfter(HERE)).isEqualTo(INTERVAL);
        }

        @Test
        void verdictStartsTheCountAgain() {
            for (CallResult result : new CallResult[] {ACCEPTED, new CallResult.Rejected("no")}) {
                fail(breaker, HERE, 2);
                breaker.called(HERE, ++pid, result);
                fail(breaker, HERE, 2);
                assertThat(breaker.isOpen()).as("%s", result).isFalse();
                breaker.called(HERE, ++pid, result);
            }
        }

        @Test
        void callWithoutAResultForOthersCountsForNothing() {
            CallResult[] results = {
                new CallResult.Skipped(),
                new CallResult.Declined(),
                new CallResult.Failed(new UnprocessableRegistrationException("scripted"))
            };
            fail(breaker, HERE, 2);
            for (CallResult result : results) {
                breaker.called(HERE, ++pid, result);
            }
            assertThat(breaker.isOpen()).isFalse();
            fail(breaker, HERE, 1);
            assertThat(breaker.isOpen()).isTrue();

            for (CallResult result : results) {
                breaker.called(HERE, ++pid, result);
            }
            assertThat(breaker.isOpen()).isTrue();
        }

        @Test
        void failuresOfOneConnectionCountOnce() {
            for (int i = 0; i < 100; i++) {
                breaker.called(HERE, 7, FAILED);
                breaker.called(HERE, 8, FAILED);
            }
            assertThat(breaker.isOpen()).isFalse();
        }

        @Test
        void oneProbeIsMadeInEachInterval() {
            fail(breaker, HERE, 3);
            time.advance(INTERVAL.minusNanos(1));
            assertThat(breaker.tryCall(HERE)).isFalse();
            time.advance(Duration.ofNanos(1));

            assertThat(breaker.retryAfter(HERE)).isNull();
            assertThat(breaker.tryCall(HERE)).isTrue();
            assertThat(breaker.tryCall(HERE)).isFalse();
            fail(breaker, HERE, 1);
            assertThat(breaker.retryAfter(HERE)).isEqualTo(INTERVAL);
            time.advance(INTERVAL);
            assertThat(breaker.tryCall(HERE)).isTrue();
        }

        @Test
        void nextProbeIsKnownWhileTheNotifierIsSuspended() {
            assertThat(breaker.nextProbe()).isNull();
            fail(breaker, HERE, 3);
            Instant suspended = Instant.ofEpochMilli(time.wallTime());
            assertThat(breaker.nextProbe()).isEqualTo(suspended.plus(INTERVAL));

            time.advance(INTERVAL.multipliedBy(3));
            assertThat(breaker.nextProbe()).isEqualTo(suspended.plus(INTERVAL.multipliedBy(3)));
            assertThat(breaker.tryCall(HERE)).isTrue();
            assertThat(breaker.nextProbe()).isEqualTo(suspended.plus(INTERVAL.multipliedBy(4)));
            breaker.called(HERE, ++pid, ACCEPTED);
            assertThat(breaker.nextProbe()).isNull();
        }

        @Test
        void probeThatSucceedsEndsTheSuspension() {
            fail(breaker, HERE, 3);
            time.advance(INTERVAL);
            assertThat(breaker.tryCall(HERE)).isTrue();
            breaker.called(HERE, ++pid, new CallResult.Rejected("no"));

            assertThat(breaker.isOpen()).isFalse();
            assertThat(breaker.tryCall(HERE)).isTrue();
            assertThat(breaker.tryCall(HERE)).isTrue();
            fail(breaker, HERE, 2);
            assertThat(breaker.isOpen()).isFalse();
        }
    }

    /** Workers connect from several networks. */
    @Nested
    class SeveralNetworks {

        private static final int MAX_FAILURES = 8;
        private static final int SHARE = 2;

        private final CircuitBreaker breaker =
                new CircuitBreaker("a", MAX_FAILURES, INTERVAL, time);

        @Test
        void failuresFromOneNetworkSuspendTheNotifierForThatNetworkOnly() {
            fail(breaker, HERE, 10 * MAX_FAILURES);

            assertThat(breaker.tryCall(HERE)).isFalse();
            assertThat(breaker.isOpenFor(THERE)).isFalse();
            assertThat(breaker.retryAfter(THERE)).isNull();
            assertThat(breaker.tryCall(THERE)).isTrue();
        }

        @Test
        void successOfOthersShowsThatTheNotifierWorksButDoesNotAdmitTheFailingNetwork() {
            fail(breaker, HERE, MAX_FAILURES);
            breaker.called(THERE, ++pid, ACCEPTED);

            assertThat(breaker.isOpen()).isFalse();
            assertThat(breaker.nextProbe()).isNull();
            assertThat(breaker.tryCall(HERE)).isFalse();

            time.advance(INTERVAL);
            assertThat(breaker.tryCall(HERE)).isTrue();
            fail(breaker, HERE, 1);
            assertThat(breaker.isOpen()).isTrue();
        }

        @Test
        void failuresFromFewNetworksDoNotSuspendTheNotifierForOthers() {
            for (int network = 1; network < MAX_FAILURES / SHARE; network++) {
                fail(breaker, "192.0.2." + network, 10 * MAX_FAILURES);
            }
            assertThat(breaker.tryCall(THERE)).isTrue();
        }

        @Test
        void someFailuresFromEachOfManyNetworksSuspendTheNotifierForAll() {
            suspendForAll();

            assertThat(breaker.isOpen()).isTrue();
            assertThat(breaker.isOpenFor(THERE)).isTrue();
            assertThat(breaker.tryCall(THERE)).isFalse();
            assertThat(breaker.retryAfter(THERE)).isEqualTo(INTERVAL);
        }

        @Test
        void successOfAnyNetworkStartsTheCountForAllAgain() {
            for (int i = 0; i < 10 * MAX_FAILURES; i++) {
                fail(breaker, "192.0.2." + i, 1);
                if (i % MAX_FAILURES == 0) {
                    breaker.called(THERE, ++pid, ACCEPTED);
                }
            }
            assertThat(breaker.tryCall(THERE)).isTrue();
        }

        @Test
        void networkThatHasNotFailedGetsAProbeBesideThoseThatHave() {
            suspendForAll();
            time.advance(INTERVAL);
            assertThat(breaker.tryCall("192.0.2.0")).isTrue();
            assertThat(breaker.tryCall("192.0.2.1")).isFalse();

            assertThat(breaker.tryCall(THERE)).isTrue();
            assertThat(breaker.tryCall("10.0.0.3")).isFalse();
            breaker.called(THERE, ++pid, ACCEPTED);

            assertThat(breaker.isOpen()).isFalse();
            assertThat(breaker.tryCall("10.0.0.3")).isTrue();
        }

        @Test
        void networkWhoseProbeDidNotSucceedLeavesTheNextOneToOthers() {
            suspendForAll();
            time.advance(INTERVAL);
            assertThat(breaker.tryCall(THERE)).isTrue();
            breaker.called(THERE, ++pid, new CallResult.Declined());

            time.advance(INTERVAL);
            assertThat(breaker.tryCall(THERE)).isFalse();
            assertThat(breaker.tryCall("10.0.0.3")).isTrue();
        }

        @Test
        void networksThatHaveFailedTakeTurns() {
            suspendForAll();
            for (int network = 0; network < MAX_FAILURES / SHARE; network++) {
                time.advance(INTERVAL);
                for (int earlier = 0; earlier < network; earlier++) {
                    assertThat(breaker.tryCall("192.0.2." + earlier)).isFalse();
                    assertThat(breaker.retryAfter("192.0.2." + earlier))
                            .isLessThanOrEqualTo(INTERVAL);
                }
                assertThat(breaker.tryCall("192.0.2." + network)).isTrue();
                fail(breaker, "192.0.2." + network, 1);
            }
            time.advance(INTERVAL);
            assertThat(breaker.tryCall("192.0.2.0")).isTrue();
        }

        @Test
        void networksThatAreSuspendedThemselvesProbeAtOnceWhenTheNotifierWorksAgain() {
            suspendForAll();
            fail(breaker, "192.0.2.0", MAX_FAILURES);
            time.advance(INTERVAL);
            assertThat(breaker.tryCall("192.0.2.0")).isTrue();
            assertThat(breaker.tryCall(THERE)).isTrue();
            breaker.called(THERE, ++pid, ACCEPTED);

            assertThat(breaker.tryCall("192.0.2.0")).isTrue();
            assertThat(breaker.tryCall("192.0.2.0")).isFalse();
        }

        @Test
        void networksAreRememberedUpToAMaximum() {
            fail(breaker, HERE, MAX_FAILURES);
            for (int i = 0; i < CircuitBreaker.MAX_NETWORKS - 1; i++) {
                fail(breaker, "192.0.2." + i, 1);
                breaker.called(THERE, ++pid, ACCEPTED);
            }
            assertThat(breaker.isOpenFor(HERE)).isTrue();

            for (int i = 0; i < CircuitBreaker.MAX_NETWORKS; i++) {
                fail(breaker, "198.51.100." + i, 1);
                breaker.called(THERE, ++pid, ACCEPTED);
            }
            assertThat(breaker.isOpenFor(HERE)).isFalse();
        }

        @Test
        void longestProbeIntervalDoesNotOverflow() {
            CircuitBreaker slow =
                    new CircuitBreaker("a", 4, Duration.ofSeconds(Long.MAX_VALUE), time);
            for (int network = 0; network < 4; network++) {
                fail(slow, "192.0.2." + network, 1);
            }
            time.advance(INTERVAL);
            assertThat(slow.tryCall("192.0.2.0")).isFalse();
            assertThat(slow.tryCall(THERE)).isFalse();
        }

        private void suspendForAll() {
            for (int network = 0; network < MAX_FAILURES / SHARE; network++) {
                assertThat(breaker.isOpen()).isFalse();
                fail(breaker, "192.0.2." + network, SHARE);
            }
        }
    }

    private void fail(CircuitBreaker breaker, String network, int times) {
        for (int i = 0; i < times; i++) {
            breaker.called(network, ++pid, FAILED);
        }
    }
}
