package dev.frontdoor.registration;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.NotifierProperties.Match;
import dev.frontdoor.registration.NotifierProperties.OnFailure;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;

/** A notifier with its settings, the places for its calls, and what they came to. */
public final class NotifierBean {

    private final String name;
    private final ConnectionNotifier notifier;
    private final Duration timeout;
    private final int maxConcurrentCalls;
    private final OnFailure onFailure;
    private final Match match;
    private final Semaphore places;
    private final NotifierCalls calls;

    NotifierBean(
            String name,
            ConnectionNotifier notifier,
            NotifierProperties general,
            NotifierProperties.Bean own,
            NotifierCalls calls) {
        this.name = name;
        this.notifier = notifier;
        this.timeout = Objects.requireNonNullElse(own.timeout(), general.timeout());
        this.maxConcurrentCalls =
                Objects.requireNonNullElse(own.maxConcurrentCalls(), general.maxConcurrentCalls());
        this.onFailure = own.onFailure();
        this.match = own.match();
        this.places = new Semaphore(maxConcurrentCalls, true);
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
    public NotifierCalls calls() {
        return calls;
    }

    boolean matches(WorkerRegistration registration) {
        String node = registration.node();
        return Globs.allowAny(match.namespaces(), registration.namespaces())
                && Globs.allow(match.taskQueues(), registration.taskQueue())
                && Globs.allow(match.nodes(), node == null ? "" : node)
                && Globs.allowAny(match.activityTypes(), registration.activityTypes());
    }

    ConnectionNotifier notifier() {
        return notifier;
    }

    Semaphore places() {
        return places;
    }
}
