package dev.frontdoor.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.CallResult.Accepted;
import dev.frontdoor.invocation.CallResult.Declined;
import dev.frontdoor.invocation.CallResult.Failed;
import dev.frontdoor.invocation.CallResult.Rejected;
import dev.frontdoor.invocation.CallResult.Skipped;
import dev.frontdoor.invocation.CallResult.TimedOut;
import dev.frontdoor.invocation.NotifierMetrics.Latency;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.DrainNotice;
import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.aop.framework.ProxyFactory;

import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;

/** The series of one notifier, and what is derived from its calls. */
class NotifierMetricsTests {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final CallResult FAILED = new Failed(new IllegalStateException("scripted"));

    /** As many as the service has by default. */
    private static final double[] BUCKETS = IntStream.rangeClosed(1, 12).asDoubleStream().toArray();

    /** One for each bucket and for infinity, and the sum, count and maximum. */
    private static final int SERIES_OF_A_TIMER = BUCKETS.length + 4;

    private final MockClock clock = new MockClock();
    private final PrometheusMeterRegistry meters =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    NotifierMetricsTests() {
        meters.config()
                .meterFilter(
                        new MeterFilter() {
                            @Override
                            public DistributionStatisticConfig configure(
                                    Meter.Id id, DistributionStatisticConfig config) {
                                return DistributionStatisticConfig.builder()
                                        .serviceLevelObjectives(BUCKETS)
                                        .build()
                                        .merge(config);
                            }
                        });
    }

    @Test
    void plainNotifierHasSeriesOfItsOwnCallbacksOnly() {
        NotifierMetrics _ = metrics(new Plain());
        assertThat(series()).isEqualTo(11L * SERIES_OF_A_TIMER).isLessThanOrEqualTo(180);
    }

    @Test
    void optionalCallbacksAddTheirOwn() {
        NotifierMetrics _ = metrics(new Full());
        assertThat(series()).isEqualTo(22L * SERIES_OF_A_TIMER);
    }

    @Test
    void callbacksAreThoseOfTheClassBehindAProxy() {
        Callbacks none = new Callbacks(false, false, false, false);
        Callbacks all = new Callbacks(true, true, true, true);
        assertThat(Callbacks.of(new Plain())).isEqualTo(none);
        assertThat(Callbacks.of(new Full())).isEqualTo(all);
        assertThat(Callbacks.of(new Full() {})).as("inherited").isEqualTo(all);
        for (boolean ofItsClass : new boolean[] {false, true}) {
            assertThat(Callbacks.of(proxy(new Plain(), ofItsClass))).isEqualTo(none);
            assertThat(Callbacks.of(proxy(new Full(), ofItsClass))).isEqualTo(all);
        }
    }

    private static ConnectionNotifier proxy(ConnectionNotifier target, boolean ofItsClass) {
        ProxyFactory factory = new ProxyFactory(target);
        factory.setProxyTargetClass(ofItsClass);
        return (ConnectionNotifier) factory.getProxy();
    }

    @Test
    void lateCallsAppearAtZeroWithTheFirstTimeout() {
        NotifierMetrics calls = metrics(new Plain());
        assertThat(exists(CallKind.REGISTERED, CallOutcome.LATE)).isFalse();

        end(calls, CallKind.REGISTERED, new TimedOut(MINUTE));
        assertThat(exists(CallKind.REGISTERED, CallOutcome.LATE)).isTrue();
        assertThat(exists(CallKind.UNREGISTERED, CallOutcome.LATE)).isFalse();
        calls.returnedLate(
                CallKind.REGISTERED, calls.started(CallKind.REGISTERED, 1, null, calls.now()));
        assertThat(calls.count(CallOutcome.LATE)).isEqualTo(1);
        assertThat(
                        meters.get("frontdoor.notifier.calls")
                                .tag("callback", CallKind.REGISTERED.label())
                                .tag("outcome", CallOutcome.LATE.label())
                                .timer()
                                .count())
                .isEqualTo(1);
    }

    @Test
    void restoredCallsAppearAtZeroWithTheFirstReplacement() {
        NotifierMetrics calls = metrics(new Plain());
        assertThat(exists(CallKind.RESTORED, CallOutcome.RETURNED)).isFalse();

        Sample _ = calls.started(CallKind.REPLACED, 1, null, calls.now());
        assertThat(exists(CallKind.RESTORED, CallOutcome.RETURNED)).isTrue();
        assertThat(exists(CallKind.RESTORED, CallOutcome.REJECTED)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(CallKind.class)
    void everyCallIsCountedWhateverItsOutcome(CallKind kind) {
        NotifierMetrics calls = metrics(new Plain());
        end(calls, kind, new Accepted());
        end(calls, kind, new Declined());
        end(calls, kind, new Skipped());
        end(calls, kind, new Rejected("no"));
        end(calls, kind, FAILED);
        end(calls, kind, new TimedOut(MINUTE));

        assertThat(
                        meters.find("frontdoor.notifier.calls").timers().stream()
                                .mapToLong(timer -> timer.count())
                                .sum())
                .isEqualTo(6);
    }

    @Test
    void latenciesAreThoseOfTheRecentCallsOfEachCallback() {
        NotifierMetrics calls = metrics(new Plain());
        assertThat(calls.latencies()).isEmpty();
        for (int millis = 1; millis <= 200; millis++) {
            end(calls, CallKind.REGISTERED, Duration.ofMillis(millis), new Accepted());
        }
        end(calls, CallKind.UNREGISTERED, Duration.ofSeconds(3), new TimedOut(MINUTE));
        end(calls, CallKind.REGISTERED, Duration.ofSeconds(5), new Skipped());

        assertThat(calls.latencies())
                .isEqualTo(
                        Map.of(
                                CallKind.REGISTERED,
                                new Latency(
                                        200,
                                        Duration.ofMillis(100),
                                        Duration.ofMillis(198),
                                        Duration.ofMillis(200)),
                                CallKind.UNREGISTERED,
                                new Latency(
                                        1,
                                        Duration.ofSeconds(3),
                                        Duration.ofSeconds(3),
                                        Duration.ofSeconds(3))));
    }

    @Test
    void onlyTheLastCallsAreKept() {
        NotifierMetrics calls = metrics(new Plain());
        end(calls, CallKind.REGISTERED, Duration.ofSeconds(9), new Accepted());
        for (int i = 0; i < RecentCalls.MAX_CALLS; i++) {
            end(calls, CallKind.REGISTERED, Duration.ofMillis(1), new Accepted());
        }

        Duration millisecond = Duration.ofMillis(1);
        assertThat(calls.latencies())
                .containsEntry(
                        CallKind.REGISTERED,
                        new Latency(RecentCalls.MAX_CALLS, millisecond, millisecond, millisecond));
    }

    @Test
    void callsOfLongAgoAreNotRecent() {
        NotifierMetrics calls = metrics(new Plain());
        end(calls, CallKind.REGISTERED, Duration.ofSeconds(1), new Accepted());
        clock.add(RecentCalls.MAX_AGE);

        assertThat(calls.latencies())
                .containsEntry(
                        CallKind.REGISTERED,
                        new Latency(0, Duration.ZERO, Duration.ZERO, Duration.ZERO));
    }

    @Test
    void notifierIsFailingWhileAllCallsOfTheLastMinuteFailed() {
        NotifierMetrics calls = metrics(new Plain());
        assertThat(calls.isFailing()).isFalse();
        end(calls, CallKind.REGISTERED, FAILED);
        assertThat(calls.isFailing()).isTrue();

        end(calls, CallKind.REGISTERED, new Accepted());
        assertThat(calls.isFailing()).isFalse();
        clock.add(MINUTE);
        end(calls, CallKind.REGISTERED, FAILED);
        assertThat(calls.isFailing()).isTrue();
        clock.add(MINUTE);
        assertThat(calls.isFailing()).isFalse();
    }

    @Test
    void notifierIsFailingSoonAfterASuccessWhenItsLastCallsFailed() {
        NotifierMetrics calls = metrics(new Plain());
        end(calls, CallKind.REGISTERED, new Accepted());
        for (int i = 0; i < 4; i++) {
            end(calls, CallKind.REGISTERED, FAILED);
        }
        assertThat(calls.isFailing()).isFalse();
        end(calls, CallKind.REGISTERED, new TimedOut(MINUTE));
        assertThat(calls.isFailing()).isTrue();
    }

    @Test
    void callsOfAnotherCallbackDoNotHideThatTheLastOnesFailed() {
        NotifierMetrics calls = metrics(new Plain());
        for (int i = 0; i < 5; i++) {
            end(calls, CallKind.REGISTERED, FAILED);
            end(calls, CallKind.UNREGISTERED, new Accepted());
        }
        end(calls, CallKind.REGISTERED, new Skipped());
        assertThat(calls.isFailing()).isTrue();

        end(calls, CallKind.REGISTERED, new Rejected("no"));
        assertThat(calls.isFailing()).isFalse();
    }

    private NotifierMetrics metrics(ConnectionNotifier notifier) {
        return new NotifierMetrics(
                "a",
                Callbacks.of(notifier),
                meters,
                new Sampler(ObservationRegistry.NOOP, clock),
                clock);
    }

    private void end(NotifierMetrics calls, CallKind kind, CallResult result) {
        end(calls, kind, Duration.ZERO, result);
    }

    private void end(NotifierMetrics calls, CallKind kind, Duration duration, CallResult result) {
        long due = calls.now();
        clock.add(duration);
        calls.ended(kind, calls.started(kind, 1, null, due), result);
    }

    private boolean exists(CallKind kind, CallOutcome outcome) {
        return meters.getMeters().stream()
                .map(Meter::getId)
                .anyMatch(id ->
                        id.getTags().contains(Tag.of("callback", kind.label()))
                                && id.getTags().contains(Tag.of("outcome", outcome.label())));
    }

    private long series() {
        return meters.scrape()
                .lines()
                .filter(line -> line.contains("_calls_seconds"))
                .filter(line -> !line.startsWith("#"))
                .count();
    }

    static class Plain implements ConnectionNotifier {
        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {}

        @Override
        public void onWorkerUnregistered(long pid) {}
    }

    static class Full extends Plain {
        @Override
        public boolean takes(WorkerRegistration registration) {
            return true;
        }

        @Override
        public void onWorkerAdmitted(long pid) {}

        @Override
        public boolean onChannelPublish(long pid, String channel, byte[] payload) {
            return true;
        }

        @Override
        public void onDrain(DrainNotice notice) {}
    }
}
