package dev.frontdoor.invocation;

import dev.frontdoor.invocation.NotifierProperties.Match;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.protocol.WorkerRegistration;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;

/** A notifier bean with its settings, the permits for its calls, and their metrics. */
public final class Notifier {

    private final String name;
    private final ConnectionNotifier notifier;
    private final Duration timeout;
    private final int maxConcurrentCalls;
    private final OnFailure onFailure;
    private final Match match;
    private final Semaphore permits;
    private final NotifierMetrics calls;

    Notifier(
            String name,
            ConnectionNotifier notifier,
            NotifierProperties general,
            NotifierProperties.Bean own,
            NotifierMetrics calls) {
        this.name = name;
        this.notifier = notifier;
        this.timeout = Objects.requireNonNullElse(own.timeout(), general.timeout());
        this.maxConcurrentCalls =
                Objects.requireNonNullElse(own.maxConcurrentCalls(), general.maxConcurrentCalls());
        this.onFailure = own.onFailure();
        this.match = own.match();
        this.permits = new Semaphore(maxConcurrentCalls, true);
        this.calls = calls;
    }

    /** The bean's name. */
    public String name() {
        return name;
    }

    /** The class that is called. */
    public Class<?> type() {
        return notifier.getClass();
    }

    /** The time limit of one call. */
    public Duration timeout() {
        return timeout;
    }

    /** How many calls it may have at once. */
    public int maxConcurrentCalls() {
        return maxConcurrentCalls;
    }

    /** What its throwing or overrunning means. */
    public OnFailure onFailure() {
        return onFailure;
    }

    /** Which registrations it is asked about. */
    public Match match() {
        return match;
    }

    /** What its calls came to. */
    public NotifierMetrics calls() {
        return calls;
    }

    public boolean matches(WorkerRegistration registration) {
        String node = registration.node();
        return Globs.allowAny(match.namespaces(), registration.namespaces())
                && Globs.allow(match.taskQueues(), registration.taskQueue())
                && Globs.allow(match.nodes(), node == null ? "" : node)
                && Globs.allowAny(match.activityTypes(), registration.activityTypes());
    }

    ConnectionNotifier notifier() {
        return notifier;
    }

    Semaphore permits() {
        return permits;
    }
}
