package dev.frontdoor.actuate;

import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.NotifierMetrics.Failure;
import dev.frontdoor.registration.RegistrationService;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reports DOWN while all calls of a notifier in the last minute failed or timed out, with its last
 * error. It is meant for people and belongs to no probe: a restart does not repair a notifier.
 */
final class NotifiersHealthIndicator implements HealthIndicator {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final RegistrationService registrations;

    NotifiersHealthIndicator(RegistrationService registrations) {
        this.registrations = registrations;
    }

    @Override
    public Health health() {
        List<Notifier> failing =
                registrations.notifiers().stream()
                        .filter(notifier -> notifier.calls().allFailedWithin(WINDOW))
                        .toList();
        Health.Builder health = failing.isEmpty() ? Health.up() : Health.down();
        for (Notifier notifier : failing) {
            Failure failure = Objects.requireNonNull(notifier.calls().lastFailure());
            String error = failure.error();
            health.withDetail(
                    notifier.name(),
                    Map.of("error", error == null ? "timeout" : error, "at", failure.at()));
        }
        return health.build();
    }
}
