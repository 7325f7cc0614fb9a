package dev.frontdoor.directory;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The meters of actions on workers of other instances. Each action is timed once, by the instance
 * that asks for it.
 */
final class FleetMetrics {

    private static final List<String> ACTIONS =
            List.of("push", "send", "disconnect", "evict", "ban", "identity", "bans");
    private static final List<String> OUTCOMES =
            List.of("done", "refused", "expired", "unreachable", "failed", "canceled");

    /** Why a message is ignored. */
    enum Refusal {
        /** It is not signed with the key of this instance. */
        SIGNATURE,
        MALFORMED,
        /** It is for another instance. */
        ADDRESS,
        /** It comes after its time limit, or its action has ended. */
        LATE,
        /** It has come before. */
        REPEATED;

        /** Whether it may happen without anybody's fault: at a time limit, or after a reconnect. */
        boolean isOrdinary() {
            return this == LATE || this == REPEATED;
        }

        /** The name in lower case. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What has become of the claim of an identity. */
    enum ClaimOutcome {
        GRANTED,
        /** A worker of another instance has the identity. */
        REFUSED,
        /** Redis, or the instance that has the identity, has not answered. */
        UNAVAILABLE,
        /** A worker of another instance has got the identity later. */
        LOST;

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final MeterRegistry meters;

    /** By action and outcome. Not changed after the start. */
    private final Map<String, Map<String, Timer>> timers = new HashMap<>();

    private final Counter rebalanced;

    FleetMetrics(MeterRegistry meters) {
        this.meters = meters;
        for (String action : ACTIONS) {
            Map<String, Timer> byOutcome = new HashMap<>();
            for (String outcome : OUTCOMES) {
                byOutcome.put(outcome, timer(action, outcome));
            }
            timers.put(action, byOutcome);
        }
        rebalanced =
                Counter.builder("frontdoor.fleet.rebalanced")
                        .description("Workers that were evicted so that they spread")
                        .register(meters);
        for (ClaimOutcome outcome : ClaimOutcome.values()) {
            Counter _ = claims(outcome);
        }
        for (Refusal refusal : Refusal.values()) {
            Counter _ = refused(refusal.label());
        }
    }

    /** Shows how many actions are awaited. */
    void observe(Supplier<Number> pending) {
        Gauge _ =
                Gauge.builder("frontdoor.fleet.pending", pending)
                        .description("Actions that other instances were asked for, without outcome")
                        .register(meters);
    }

    /** An action has ended, after so many nanoseconds. */
    void ended(FleetAction action, String outcome, long nanos) {
        Map<String, Timer> byOutcome = Objects.requireNonNull(timers.get(action.label()));
        Objects.requireNonNull(byOutcome.get(outcome)).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A message is ignored. */
    void refused(Refusal refusal) {
        refused(refusal.label()).increment();
    }

    /** The claim of an identity has this outcome. */
    void claimed(ClaimOutcome outcome) {
        claims(outcome).increment();
    }

    /** So many workers are evicted, so that they spread. */
    void rebalanced(int workers) {
        rebalanced.increment(workers);
    }

    private Timer timer(String action, String outcome) {
        return Timer.builder("frontdoor.fleet.actions")
                .description("Time from the request to another instance to its outcome")
                .tag("action", action)
                .tag("outcome", outcome)
                .register(meters);
    }

    private Counter claims(ClaimOutcome outcome) {
        return Counter.builder("frontdoor.fleet.claims")
                .description("Claims of identities in the fleet")
                .tag("outcome", outcome.label())
                .register(meters);
    }

    private Counter refused(String reason) {
        return Counter.builder("frontdoor.fleet.refused")
                .description("Messages of other instances that were ignored")
                .tag("reason", reason)
                .register(meters);
    }
}
