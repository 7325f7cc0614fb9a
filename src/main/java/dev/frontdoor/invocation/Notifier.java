package dev.frontdoor.invocation;

import dev.frontdoor.invocation.NotifierProperties.Match;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.DrainNotice;
import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A notifier bean with its settings, its threads and the record of its calls. */
public final class Notifier {

    private final String name;
    private final ConnectionNotifier bean;
    private final Duration timeout;
    private final OnFailure onFailure;
    private final Match match;
    private final Callbacks callbacks;
    private final NotifierMetrics calls;
    private final Permits callPermits;
    private final Permits publicationPermits;
    private final Permits drainPermit;
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
        this.onFailure = own.onFailure();
        this.match = own.match();
        this.callbacks = Callbacks.of(bean);
        this.calls = calls;
        this.callPermits =
                new Permits(
                        "notifier-" + name,
                        Objects.requireNonNullElse(
                                own.maxConcurrentCalls(), general.maxConcurrentCalls()));
        this.publicationPermits =
                new Permits(
                        "notifier-" + name + "-publication",
                        Objects.requireNonNullElse(
                                own.maxConcurrentPublications(),
                                general.maxConcurrentPublications()));
        this.drainPermit = new Permits("notifier-" + name + "-drain", 1);
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

    /** The maximum number of concurrent calls, without publications. */
    public int maxConcurrentCalls() {
        return callPermits.maximum();
    }

    /** The maximum number of publications that it is offered at once. */
    public int maxConcurrentPublications() {
        return publicationPermits.maximum();
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
        return callbacks.onChannelPublish();
    }

    /** Whether it implements the callback for acknowledgments. */
    public boolean followsAdmissions() {
        return callbacks.onWorkerAdmitted();
    }

    /**
     * Calls it before a drain, if it implements the callback for that.
     *
     * @return completes when the call has returned, failed or exceeded the timeout
     */
    public CompletableFuture<?> beforeDrain(DrainNotice notice, Timeouts timeouts) {
        CompletableFuture<CallResult> done = new CompletableFuture<>();
        if (callbacks.onDrain()) {
            NotifierCall call =
                    new NotifierCall(
                            NotifierCall.NO_PID,
                            null,
                            this,
                            Invocation.drain(notice),
                            now(),
                            null,
                            done::complete);
            Runnable task = call::runIfInTime;
            call.startTimeout(timeouts, timeout, () -> drainPermit.remove(task));
            drainPermit.execute(task, timeouts);
        } else {
            done.complete(new CallResult.Skipped());
        }
        return done;
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

    /** The number of calls that have exceeded their timeout and have not returned. */
    public int overdue() {
        return callPermits.overdue() + publicationPermits.overdue() + drainPermit.overdue();
    }

    /** Whether calls that exceeded their timeout and have not returned occupy all its permits. */
    public boolean isStuck() {
        return callPermits.areStuck();
    }

    /** Whether publications that exceeded their timeout occupy all permits of publications. */
    public boolean isStuckInPublications() {
        return publicationPermits.areStuck();
    }

    /**
     * Whether it failed so often that registrations of some or all networks do without it, or are
     * rejected, for now; and no call has succeeded since the last failure.
     */
    public boolean isSuspended() {
        return breaker.isOpen();
    }

    /** Whether registrations of this network do without it, or are rejected, for now. */
    public boolean isSuspendedFor(Supplier<String> network) {
        return !breaker.isClear() && breaker.isOpenFor(network.get());
    }

    /**
     * When the next registration may be the probe that ends the suspension if it succeeds; null
     * unless it is suspended.
     */
    public @Nullable Instant nextProbe() {
        return breaker.nextProbe();
    }

    /** The time until it may be called with a registration of this network; null if it is now. */
    public @Nullable Duration retryAfter(Supplier<String> network) {
        return breaker.isClear() ? null : breaker.retryAfter(network.get());
    }

    /**
     * Whether a call ended before this notifier's own timeout, as there was no more time for it.
     */
    public boolean wasCutShort(CallResult result) {
        return result instanceof CallResult.TimedOut(Duration limit)
                && limit.compareTo(timeout) < 0;
    }

    /** Whether it may be called with a registration of this network now. The caller calls it. */
    public boolean tryCall(Supplier<String> network) {
        return breaker.isClear() || breaker.tryCall(network.get());
    }

    long now() {
        return calls.now();
    }

    /** Reports the result of a call that {@link #tryCall} permitted. */
    public void called(Supplier<String> network, long pid, CallResult result) {
        boolean changesNothing = result instanceof CallResult.Accepted && breaker.isClear();
        if (!changesNothing && !wasCutShort(result)) {
            breaker.called(network.get(), pid, result);
        }
    }

    ConnectionNotifier bean() {
        return bean;
    }

    /** What a call of this kind needs. */
    Permits permits(CallKind kind) {
        return switch (kind) {
            case PUBLISHED -> publicationPermits;
            case DRAIN -> drainPermit;
            case REGISTERED, REPLACED, RESTORED, UNREGISTERED, ADMITTED -> callPermits;
        };
    }

    /** Logs that this notifier could not be restored to the earlier registration of a pid. */
    public void restoreFailed(long pid) {
        failures.restoreFailed(pid);
    }

    FailureLog failures() {
        return failures;
    }
}
