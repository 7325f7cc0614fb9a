package dev.frontdoor.auth;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.auth.AuthenticationResult.Unavailable;
import dev.frontdoor.notifier.Principal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.Locale;
import java.util.function.Supplier;

/**
 * Counts each check of credentials once, by the method that decided and its outcome. A check whose
 * result nobody awaits any longer may not be made, and then counts as nothing.
 */
final class AuthenticationMetrics {

    private static final String CHECKS = "frontdoor.authentication.checks";

    private final MeterRegistry meters;
    private final MeterProvider<Counter> authentications;

    AuthenticationMetrics(MeterRegistry meters) {
        this.meters = meters;
        authentications =
                Counter.builder("frontdoor.authentications")
                        .description("Checks of workers' credentials")
                        .withRegistry(meters);
    }

    /** Shows the outcomes of a method before the first. */
    void show(Principal.Kind method) {
        for (String outcome : new String[] {"accepted", "refused", "unavailable"}) {
            Counter _ = counter(method, outcome);
        }
    }

    /** Shows how many tokens are in force. */
    void showTokens(Supplier<Number> count) {
        Gauge.builder("frontdoor.authentication.tokens", count)
                .description("Named tokens that are accepted")
                .register(meters);
    }

    /** Shows the checks that are on threads of their own. */
    void showChecks(Supplier<Number> running, Supplier<Number> waiting) {
        Gauge.builder(CHECKS, running)
                .description("Checks of credentials that run or wait for a thread")
                .tag("state", "running")
                .register(meters);
        Gauge.builder(CHECKS, waiting)
                .description("Checks of credentials that run or wait for a thread")
                .tag("state", "waiting")
                .register(meters);
    }

    void checked(Principal.Kind method, AuthenticationResult result) {
        counter(
                        method,
                        switch (result) {
                            case Accepted _ -> "accepted";
                            case Refused _ -> "refused";
                            case Unavailable _ -> "unavailable";
                        })
                .increment();
    }

    private Counter counter(Principal.Kind method, String outcome) {
        return authentications.withTags(
                "method", method.name().toLowerCase(Locale.ROOT), "outcome", outcome);
    }
}
