package dev.frontdoor.actuate;

import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.NotifierMetrics.Failure;
import dev.frontdoor.registration.RegistrationService;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reports DOWN while a notifier is stuck, is suspended, or has failed in all recent calls, with its
 * last error. It is meant for people and belongs to no probe: a restart does not repair a notifier.
 */
final class NotifiersHealthIndicator implements HealthIndicator {

    private final RegistrationService registrations;

    NotifiersHealthIndicator(RegistrationService registrations) {
        this.registrations = registrations;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        for (Notifier notifier : registrations.notifiers()) {
            String reason = NotifierFaults.of(notifier);
            if (reason != null) {
                health.down().withDetail(notifier.name(), details(reason, notifier));
            }
        }
        return health.build();
    }

    private static Map<String, Object> details(String reason, Notifier notifier) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("reason", reason);
        Failure failure = notifier.calls().lastFailure();
        if (failure != null) {
            details.put("error", failure.error());
            details.put("at", failure.at());
        }
        return details;
    }
}
