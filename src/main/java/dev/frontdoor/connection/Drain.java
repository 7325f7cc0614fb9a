package dev.frontdoor.connection;

import dev.frontdoor.invocation.Labeled;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.RegistrationService;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Closes all connections, so that workers reconnect to other instances: before the service stops,
 * or earlier if an operator asks. Upgrades and registrations are refused from the start. The
 * connections are closed with 1012, each at a random moment of the window, those with pending
 * pushes up to the grace later, and at the deadline all that are left. The drain is over when the
 * unregister calls have been made. An operator may cancel it until the service stops. Used by any
 * thread.
 */
public final class Drain implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Drain.class);

    /** How often the drain checks what is due. */
    static final Duration INTERVAL = Duration.ofMillis(20);

    private final DrainProperties properties;
    private final Connections connections;
    private final RegistrationService registrations;
    private final PushService pushes;
    private final ApplicationContext context;
    private final Clock clock;
    private final ScheduledExecutorService executor;
    private final AtomicReference<DrainPhase> phase =
            new AtomicReference<>(DrainPhase.of(State.OPEN));
    private final AtomicInteger unpublished = new AtomicInteger();
    private volatile boolean running;

    Drain(
            DrainProperties properties,
            Connections connections,
            RegistrationService registrations,
            PushService pushes,
            ApplicationContext context,
            MeterRegistry meters,
            Clock clock,
            ScheduledExecutorService executor) {
        this.properties = properties;
        this.connections = connections;
        this.registrations = registrations;
        this.pushes = pushes;
        this.context = context;
        this.clock = clock;
        this.executor = executor;
        Gauge.builder("frontdoor.draining", () -> isOpen() ? 0 : 1)
                .description("1 from the start of a drain")
                .register(meters);
    }

    /** Whether workers are accepted. */
    public boolean isOpen() {
        return phase.get().state() == State.OPEN;
    }

    /** The progress of the drain. */
    public Status status() {
        DrainPhase now = phase.get();
        return new Status(now.state(), connections.count(), now.deadline());
    }

    /** Starts the drain, unless it has started before. Returns at once. */
    public void begin() {
        DrainPhase before = phase.get();
        Instant deadline = Instant.ofEpochMilli(clock.wallTime()).plus(properties.longest());
        DrainPhase draining = before.draining(deadline);
        if (before.hasBegun() || !phase.compareAndSet(before, draining)) {
            return;
        }
        publish();
        log.info(
                "draining {} connections within {}, at most {}",
                connections.count(),
                properties.window(),
                properties.longest());
        DrainRun run =
                new DrainRun(
                        properties,
                        connections,
                        registrations,
                        pushes,
                        clock,
                        ThreadLocalRandom.current(),
                        () -> phase.get().isSameRun(draining));
        ScheduledFuture<?> ticks =
                executor.scheduleWithFixedDelay(
                        () -> advance(run, draining), 0, INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
        var _ = draining.over().thenRun(() -> ticks.cancel(false));
    }

    /**
     * Ends the drain before its time, or reopens a service that has been drained: no further
     * connection is closed, and workers are accepted again. Without a drain it has no effect.
     * Returns at once.
     *
     * @return false if the service is stopping: its drain cannot be canceled
     */
    public boolean cancel() {
        DrainPhase before = phase.get();
        while (before.hasBegun() && !before.stopping()) {
            if (phase.compareAndSet(before, DrainPhase.of(State.OPEN))) {
                before.over().complete(null);
                publish();
                log.info("the drain was canceled with {} connections left", connections.count());
                return true;
            }
            before = phase.get();
        }
        return !before.stopping();
    }

    /** Accepts workers, again if this context was stopped before. */
    @Override
    public void start() {
        DrainPhase before = phase.get();
        if (before.state() == State.DRAINED
                && phase.compareAndSet(before, DrainPhase.of(State.OPEN))) {
            publish();
        }
        running = true;
    }

    /** Drains, and returns when the drain is over: beans that stop later are needed until then. */
    @Override
    public void stop() {
        phase.updateAndGet(DrainPhase::forStop);
        begin();
        phase.get().over().join();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before everything else: the web servers, the notifiers and what they use are still alive. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    private void advance(DrainRun run, DrainPhase draining) {
        boolean over = true;
        try {
            over = run.advance();
        } catch (RuntimeException e) {
            log.error("the drain failed; the connections that are left end with the service", e);
        }
        if (over && phase.updateAndGet(now -> now.afterRun(draining)).isSameRun(draining)) {
            log.info("drained");
            draining.over().complete(null);
        }
    }

    /**
     * Passes the state on to those who accept workers. One thread at a time does so, and takes the
     * latest state, so that what it passes on last is true.
     */
    private void publish() {
        int seen = unpublished.incrementAndGet();
        if (seen > 1) {
            return;
        }
        do {
            boolean open = isOpen();
            if (open) {
                registrations.startAccepting();
            } else {
                registrations.stopAccepting();
            }
            publish(open ? ReadinessState.ACCEPTING_TRAFFIC : ReadinessState.REFUSING_TRAFFIC);
            seen = unpublished.addAndGet(-seen);
        } while (seen > 0);
    }

    private void publish(ReadinessState state) {
        try {
            AvailabilityChangeEvent.publish(context, state);
        } catch (RuntimeException e) {
            log.error("a listener of the readiness state failed", e);
        }
    }

    /** What the service is doing. */
    public enum State implements Labeled {
        OPEN,
        DRAINING,
        DRAINED
    }

    /**
     * The progress of a drain.
     *
     * @param remaining connections that are open
     * @param deadline when the last connection is closed; null while workers are accepted
     */
    public record Status(State state, int remaining, @Nullable Instant deadline) {}
}
