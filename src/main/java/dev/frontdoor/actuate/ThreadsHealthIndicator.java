package dev.frontdoor.actuate;

import dev.frontdoor.connection.ThreadProgress;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

import java.util.List;

/**
 * Reports DOWN while a thread of the service runs no tasks, which only a restart repairs. Threads
 * of notifiers do not count.
 */
final class ThreadsHealthIndicator implements HealthIndicator {

    private final ThreadProgress progress;

    ThreadsHealthIndicator(ThreadProgress progress) {
        this.progress = progress;
    }

    @Override
    public Health health() {
        List<String> stalled = progress.stalled();
        return stalled.isEmpty()
                ? Health.up().build()
                : Health.down().withDetail("stalled", stalled).build();
    }
}
