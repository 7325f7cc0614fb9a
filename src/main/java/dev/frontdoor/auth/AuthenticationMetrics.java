package dev.frontdoor.auth;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.auth.AuthenticationResult.Unavailable;
import dev.frontdoor.invocation.Labeled;
import dev.frontdoor.notifier.Principal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Counts each check of credentials once, by the method that decided and its outcome. A check whose
 * result nobody awaits any longer may not be made, and then counts as nothing.
 */
final class AuthenticationMetrics {

    private final MeterRegistry meters;
    private final String meter;
    private final String whose;
    private final Map<Principal.Kind, Map<Outcome, Counter>> authentications =
            new EnumMap<>(Principal.Kind.class);

    /**
     * Counts checks by these methods.
     *
     * @param meter the name of the counter
     * @param whose credentials these are, for its description
     */
    AuthenticationMetrics(
            MeterRegistry meters, String meter, String whose, List<Principal.Kind> methods) {
        this.meters = meters;
        this.meter = meter;
        this.whose = whose;
        for (Principal.Kind method : methods) {
            Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                counters.put(outcome, counter(method, outcome));
            }
            authentications.put(method, counters);
        }
    }

    private Counter counter(Principal.Kind method, Outcome outcome) {
        return Counter.builder(meter)
                .description("Checks of %s' credentials".formatted(whose))
                .tag("method", method.name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome.label())
                .register(meters);
    }

    /** Shows how many tokens are in force, and which checks are on threads of their own. */
    void show(NamedTokens tokens, TimedChecks checks) {
        Gauge.builder("frontdoor.authentication.tokens", tokens, NamedTokens::count)
                .description("Named tokens that are accepted")
                .register(meters);
        showChecks("running", () -> Math.max(0, checks.running() - checks.record().overdue()));
        showChecks("overdue", checks.record()::overdue);
        showChecks("waiting", checks::waiting);
    }

    private void showChecks(String state, Supplier<Number> count) {
        Gauge.builder("frontdoor.authentication.checks", count)
                .description("Checks of credentials that run, have exceeded their timeout, or wait")
                .tag("state", state)
                .register(meters);
    }

    void checked(Principal.Kind method, AuthenticationResult result) {
        Outcome outcome =
                switch (result) {
                    case Accepted _ -> Outcome.ACCEPTED;
                    case Refused _ -> Outcome.REFUSED;
                    case Unavailable _ -> Outcome.UNAVAILABLE;
                };
        Map<Outcome, Counter> counters = authentications.getOrDefault(method, Map.of());
        Objects.requireNonNull(counters.get(outcome)).increment();
    }

    private enum Outcome implements Labeled {
        ACCEPTED,
        REFUSED,
        UNAVAILABLE
    }
}
