package dev.frontdoor.actuate;

import dev.frontdoor.invocation.CallOutcome;
import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.NotifierMetrics;
import dev.frontdoor.invocation.NotifierMetrics.Latency;
import dev.frontdoor.invocation.NotifierProperties.Match;
import dev.frontdoor.registration.RegistrationService;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The notifiers in call order, with their settings, held pids, calls and last failure. */
@Endpoint(id = "notifiers")
public final class NotifiersEndpoint {

    private final RegistrationService registrations;

    NotifiersEndpoint(RegistrationService registrations) {
        this.registrations = registrations;
    }

    /** Returns all enabled notifiers. */
    @ReadOperation
    public NotifiersDescriptor notifiers() {
        return new NotifiersDescriptor(
                registrations.notifiers().stream().map(NotifierDescriptor::of).toList());
    }

    /**
     * All enabled notifiers.
     *
     * @param notifiers in call order
     */
    public record NotifiersDescriptor(List<NotifierDescriptor> notifiers) {}

    /**
     * One notifier.
     *
     * @param name the bean name
     * @param type the class of the bean
     * @param timeout the timeout of one call, including the wait for a permit
     * @param maxConcurrentCalls maximum number of calls at the same time, without publications
     * @param maxConcurrentPublications maximum number of publications that it is offered at once
     * @param onFailure whether a failed call rejects the worker: {@code reject} or {@code ignore}
     * @param match the registrations it is called for
     * @param held number of pids it holds
     * @param overdue number of calls that have exceeded their timeout and have not returned
     * @param suspended whether it is suspended after repeated failures, for all workers or for
     *     those of some addresses, and no call has succeeded since the last failure
     * @param nextProbe when the next registration calls it to find out whether it works again; null
     *     unless it is suspended
     * @param calls number of its calls by outcome
     * @param latencies the latency of its recent calls, by callback; without callbacks that have
     *     had no call
     * @param lastFailure its last call that failed or timed out; null if there was none
     */
    public record NotifierDescriptor(
            String name,
            String type,
            Duration timeout,
            int maxConcurrentCalls,
            int maxConcurrentPublications,
            String onFailure,
            Match match,
            int held,
            int overdue,
            boolean suspended,
            @Nullable Instant nextProbe,
            Map<String, Long> calls,
            Map<String, Latency> latencies,
            @Nullable FailureDescriptor lastFailure) {

        private static NotifierDescriptor of(Notifier notifier) {
            NotifierMetrics calls = notifier.calls();
            Map<String, Long> counts = new LinkedHashMap<>();
            for (CallOutcome outcome : CallOutcome.values()) {
                counts.put(outcome.label(), calls.count(outcome));
            }
            Map<String, Latency> latencies = new LinkedHashMap<>();
            calls.latencies()
                    .forEach((callback, latency) -> latencies.put(callback.label(), latency));
            NotifierMetrics.Failure failure = calls.lastFailure();
            Instant nextProbe = notifier.nextProbe();
            return new NotifierDescriptor(
                    notifier.name(),
                    notifier.type().getName(),
                    notifier.timeout(),
                    notifier.maxConcurrentCalls(),
                    notifier.maxConcurrentPublications(),
                    notifier.onFailure().label(),
                    notifier.match(),
                    calls.held(),
                    notifier.overdue(),
                    nextProbe != null,
                    nextProbe,
                    counts,
                    latencies,
                    failure == null ? null : FailureDescriptor.of(failure));
        }
    }

    /**
     * A call that failed or timed out.
     *
     * @param at when it ended
     * @param callback which callback was called
     * @param outcome {@code failed} or {@code timeout}
     * @param error the class of the exception, or the limit that was exceeded
     */
    public record FailureDescriptor(Instant at, String callback, String outcome, String error) {

        private static FailureDescriptor of(NotifierMetrics.Failure failure) {
            return new FailureDescriptor(
                    failure.at(),
                    failure.callback().label(),
                    failure.outcome().label(),
                    failure.error());
        }
    }
}
