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

/** The notifier beans in call order: their settings, what they hold, what their calls came to. */
@Endpoint(id = "notifiers")
public final class NotifiersEndpoint {

    private final RegistrationService registrations;

    NotifiersEndpoint(RegistrationService registrations) {
        this.registrations = registrations;
    }

    /** All notifiers that are called. */
    @ReadOperation
    public NotifiersDescriptor notifiers() {
        return new NotifiersDescriptor(
                registrations.notifiers().stream().map(NotifierDescriptor::of).toList());
    }

    /**
     * The notifiers.
     *
     * @param notifiers in call order
     */
    public record NotifiersDescriptor(List<NotifierDescriptor> notifiers) {}

    /**
     * One notifier.
     *
     * @param type its class
     * @param held how many pids it was told of and not yet of their end
     * @param calls how many of its calls ended how
     * @param lastFailure the last that failed or overran; null if none did
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

        private static NotifierDescriptor of(Notifier bean) {
            NotifierMetrics calls = bean.calls();
            Map<String, Long> counts = new LinkedHashMap<>();
            for (CallOutcome outcome : CallOutcome.values()) {
                counts.put(lowerCase(outcome), calls.count(outcome));
            }
            NotifierMetrics.Failure failure = calls.lastFailure();
            return new NotifierDescriptor(
                    bean.name(),
                    bean.type().getName(),
                    bean.timeout(),
                    bean.maxConcurrentCalls(),
                    lowerCase(bean.onFailure()),
                    bean.match(),
                    calls.held(),
                    counts,
                    failure == null ? null : FailureDescriptor.of(failure));
        }
    }

    /**
     * A call that failed.
     *
     * @param error the class of what it threw; null for a time-out
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
