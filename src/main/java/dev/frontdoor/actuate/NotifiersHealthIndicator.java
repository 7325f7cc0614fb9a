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
 * Down while a notifier's calls of the last minute have all failed. For people to see, not for
 * probes: a restart would not mend a notifier.
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
                        .filter(bean -> bean.calls().allFailedWithin(WINDOW))
                        .toList();
        Health.Builder health = failing.isEmpty() ? Health.up() : Health.down();
        for (Notifier bean : failing) {
            Failure failure = Objects.requireNonNull(bean.calls().lastFailure());
            String error = failure.error();
            health.withDetail(
                    bean.name(),
                    Map.of("error", error == null ? "timeout" : error, "at", failure.at()));
        }
        return health.build();
    }
}
