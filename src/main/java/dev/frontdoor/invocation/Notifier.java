package dev.frontdoor.invocation;

import dev.frontdoor.invocation.NotifierProperties.Match;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.invocation.thread.PlatformThreads;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Future;

/** A notifier bean with its settings, its threads and the record of its calls. */
public final class Notifier {

    private static final Duration THREAD_RETRY = Duration.ofSeconds(1);

    private final String name;
    private final ConnectionNotifier bean;
    private final Duration timeout;
    private final int maxConcurrentCalls;
    private final OnFailure onFailure;
    private final Match match;
    private final boolean consumesPublications;
    private final NotifierMetrics calls;
    private final PlatformThreads threads;
    private final FailureLog failures;
    private final CircuitBreaker breaker;

    Notifier(
            String name,
            ConnectionNotifier bean,
            NotifierProperties general,
            NotifierProperties.Bean own,
            NotifierMetrics calls,
            RepeatedLines lines,
            Clock clock) {
        this.name = name;
        this.bean = bean;
        this.timeout = Objects.requireNonNullElse(own.timeout(), general.timeout());
        this.maxConcurrentCalls =
                Objects.requireNonNullElse(own.maxConcurrentCalls(), general.maxConcurrentCalls());
        this.onFailure = own.onFailure();
        this.match = own.match();
        this.consumesPublications = Callbacks.of(bean).onChannelPublish();
        this.calls = calls;
        this.threads = new PlatformThreads("notifier-" + name, maxConcurrentCalls);
        this.failures = new FailureLog(name, lines, clock);
        this.breaker =
                new CircuitBreaker(
                        name, general.maxFailuresInARow(), general.probeInterval(), clock);
    }

    /** The bean's name. */
    public String name() {
        return name;
    }

    /** The class that is called. */
    public Class<?> type() {
        return bean.getClass();
    }

    /** The time limit of one call, the wait for a thread included. */
    public Duration timeout() {
        return timeout;
    }

    /** The maximum number of concurrent calls. */
    public int maxConcurrentCalls() {
        return maxConcurrentCalls;
    }

    /** What a failure of this notifier means for the registration. */
    public OnFailure onFailure() {
        return onFailure;
    }

    /** Which registrations it is called for. */
    public Match match() {
        return match;
    }

    /** Whether it implements the callback for publications. */
    public boolean consumesPublications() {
        return consumesPublications;
    }

    /** The record of its calls. */
    public NotifierMetrics calls() {
        return calls;
    }

    /** Whether its settings let this registration through. */
    public boolean matches(WorkerRegistration registration) {
        String node = registration.node();
        return Globs.allowAny(match.namespaces(), registration.namespaces())
                && Globs.allow(match.taskQueues(), registration.taskQueue())
                && Globs.allow(match.nodes(), node == null ? "" : node)
                && Globs.allowAny(match.activityTypes(), registration.activityTypes());
    }

    /** Whether calls that exceeded their timeout and have not returned occupy all its permits. */
    public boolean isStuck() {
        return calls.overdue() >= maxConcurrentCalls;
    }

    /**
     * Whether it failed so often that registrations of some or all networks do without it, or are
     * rejected, for now; and no call has succeeded since the last failure.
     */
    public boolean isSuspended() {
        return breaker.isOpen();
    }

    /** Whether registrations of this network do without it, or are rejected, for now. */
    public boolean isSuspendedFor(String network) {
        return breaker.isOpenFor(network);
    }

    /**
     * When the next registration may be the probe that ends the suspension if it succeeds; null
     * unless it is suspended.
     */
    public @Nullable Instant nextProbe() {
        return breaker.nextProbe();
    }

    /** The time until it may be called with a registration of this network; null if it is now. */
    public @Nullable Duration retryAfter(String network) {
        return breaker.retryAfter(network);
    }

    /**
     * Whether a call ended before this notifier's own timeout, as there was no more time for it.
     */
    public boolean wasCutShort(CallResult result) {
        return result instanceof CallResult.TimedOut(Duration limit)
                && limit.compareTo(timeout) < 0;
    }

    /** Whether it may be called with a registration of this network now. The caller calls it. */
    public boolean tryCall(String network) {
        return breaker.tryCall(network);
    }

    long now() {
        return calls.now();
    }

    /** It has been called with a registration. */
    void called(String network, long pid, CallResult result) {
        if (!wasCutShort(result)) {
            breaker.called(network, pid, result);
        }
    }

    ConnectionNotifier bean() {
        return bean;
    }

    /** Runs a task on one of its threads. If the system has none left, this is tried again. */
    void execute(Runnable task, Timeouts timeouts) {
        try {
            threads.execute(task);
        } catch (Throwable e) {
            // The system has no thread or memory left: what is due waits until it has.
            Future<?> _ = timeouts.after(THREAD_RETRY, () -> execute(task, timeouts));
        }
    }

    PlatformThreads threads() {
        return threads;
    }

    /** Logs that this notifier could not be restored to the earlier registration of a pid. */
    public void restoreFailed(long pid) {
        failures.restoreFailed(pid);
    }

    FailureLog failures() {
        return failures;
    }
}
