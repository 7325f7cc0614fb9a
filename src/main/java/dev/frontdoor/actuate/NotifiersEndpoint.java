package dev.frontdoor.actuate;

import dev.frontdoor.invocation.CallOutcome;
import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.NotifierMetrics;
import dev.frontdoor.invocation.NotifierProperties.Match;
import dev.frontdoor.registration.RegistrationService;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
     * @param maxConcurrentCalls maximum number of calls at the same time
     * @param onFailure whether a failed call rejects the worker: {@code reject} or {@code ignore}
     * @param match the registrations it is called for
     * @param held number of pids it holds
     * @param calls number of its calls by outcome
     * @param lastFailure its last call that failed or timed out; null if there was none
     */
    public record NotifierDescriptor(
            String name,
            String type,
            Duration timeout,
            int maxConcurrentCalls,
            String onFailure,
            Match match,
            int held,
            Map<String, Long> calls,
            @Nullable FailureDescriptor lastFailure) {

        private static NotifierDescriptor of(Notifier notifier) {
            NotifierMetrics calls = notifier.calls();
            Map<String, Long> counts = new LinkedHashMap<>();
            for (CallOutcome outcome : CallOutcome.values()) {
                counts.put(lowerCase(outcome), calls.count(outcome));
            }
            NotifierMetrics.Failure failure = calls.lastFailure();
            return new NotifierDescriptor(
                    notifier.name(),
                    notifier.type().getName(),
                    notifier.timeout(),
                    notifier.maxConcurrentCalls(),
                    lowerCase(notifier.onFailure()),
                    notifier.match(),
                    calls.held(),
                    counts,
                    failure == null ? null : FailureDescriptor.of(failure));
        }
    }

    /**
     * A call that failed or timed out.
     *
     * @param at when it ended
     * @param callback which callback was called
     * @param outcome {@code failed} or {@code timeout}
     * @param error the class of the exception; null after a timeout
     */
    public record FailureDescriptor(
            Instant at, String callback, String outcome, @Nullable String error) {

        private static FailureDescriptor of(NotifierMetrics.Failure failure) {
            return new FailureDescriptor(
                    failure.at(),
                    lowerCase(failure.callback()),
                    lowerCase(failure.outcome()),
                    failure.error());
        }
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
