package dev.frontdoor.connection.drain;

import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.DrainProperties;
import dev.frontdoor.invocation.Labeled;
import dev.frontdoor.registration.RegistrationService;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Closes all connections, so that workers reconnect to other instances: before the service stops,
 * or earlier if an operator asks. Upgrades, registrations and pushes are refused from the start.
 * The notifiers learn of it before the first close. The connections are closed with 1012, each at a
 * random moment of the window, those with pending pushes up to the grace later, and at the deadline
 * all that are left. The drain is over when the unregister calls have been made. An operator may
 * cancel it until the service stops. Used by any thread.
 */
public final class Drain implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Drain.class);

    /** Who asks for the drain before a stop. */
    private static final String STOP = "the stop of the service";

    private final DrainProperties properties;
    private final Connections connections;
    private final RegistrationService registrations;
    private final AcceptancePublisher acceptance;
    private final DrainAnnouncer announcer;
    private final CloseRunner runner;
    private final Clock clock;
    private final AtomicReference<DrainPhase> phase =
            new AtomicReference<>(DrainPhase.of(State.STARTING));
    private volatile boolean running;

    Drain(
            DrainProperties properties,
            Connections connections,
            RegistrationService registrations,
            AcceptancePublisher acceptance,
            DrainAnnouncer announcer,
            CloseRunner runner,
            MeterRegistry meters,
            Clock clock) {
        this.properties = properties;
        this.connections = connections;
        this.registrations = registrations;
        this.acceptance = acceptance;
        this.announcer = announcer;
        this.runner = runner;
        this.clock = clock;
        Gauge.builder("frontdoor.draining", () -> hasBegun() ? 1 : 0)
                .description("1 from the start of a drain")
                .register(meters);
    }

    /** Whether workers are accepted: neither before everything else has started nor in a drain. */
    public boolean isOpen() {
        return phase.get().state() == State.OPEN;
    }

    /** Whether the drain has begun, or is over. */
    public boolean hasBegun() {
        return phase.get().hasBegun();
    }

    /** The progress of the drain. */
    public Status status() {
        DrainPhase now = phase.get();
        return new Status(now.state(), connections.count(), now.deadline());
    }

    /**
     * Starts the drain, unless it has started before. Returns at once.
     *
     * @param by who asks for it, as a phrase for the log and for events
     */
    public void begin(String by) {
        DrainPhase before = phase.get();
        Instant deadline = Instant.ofEpochMilli(clock.wallTime()).plus(properties.longest());
        DrainPhase draining = before.draining(deadline);
        if (before.hasBegun() || !phase.compareAndSet(before, draining)) {
            return;
        }
        boolean begun = false;
        try {
            run(draining, deadline, by);
            begun = true;
        } catch (Throwable e) {
            log.error("the drain could not begin; the connections end with the service", e);
        } finally {
            if (!begun) {
                end(draining);
            }
        }
    }

    private void run(DrainPhase draining, Instant deadline, String by) {
        acceptance.publish(this::isOpen);
        announcer.changed(status(), by);
        log.info(
                "draining by {} within {}, at most {}; open connections: {}",
                by,
                properties.window(),
                properties.longest(),
                connections.count());
        runner.start(
                new AllConnections(
                        connections, registrations, () -> phase.get().isSameRun(draining)),
                ClosePace.of(properties),
                announcer.announceAll(deadline),
                draining.over(),
                () -> end(draining));
    }

    /**
     * Ends the drain before its time, or reopens a service that has been drained: no further
     * connection is closed, and workers are accepted again. Without a drain it has no effect.
     * Returns at once.
     *
     * @param by who asks for it, as a phrase for the log and for events
     * @return false if the service is stopping: its drain cannot be canceled
     */
    public boolean cancel(String by) {
        DrainPhase before = phase.get();
        while (before.hasBegun() && !before.stopping()) {
            if (phase.compareAndSet(before, DrainPhase.of(State.OPEN))) {
                before.over().complete(null);
                acceptance.publish(this::isOpen);
                announcer.changed(status(), by);
                log.info(
                        "the drain was canceled by {}; open connections: {}",
                        by,
                        connections.count());
                return true;
            }
            before = phase.get();
        }
        return !before.stopping();
    }

    /**
     * Accepts workers. All that starts with the context has started by now, the management port
     * included. A context that was stopped before accepts them again.
     */
    @Override
    public void start() {
        DrainPhase before = phase.get();
        boolean again = before.state() == State.DRAINED;
        if ((again || before.state() == State.STARTING)
                && phase.compareAndSet(before, DrainPhase.of(State.OPEN))
                && again) {
            acceptance.publish(this::isOpen);
        }
        running = true;
    }

    /** Drains, and returns when the drain is over: beans that stop later are needed until then. */
    @Override
    public void stop() {
        phase.updateAndGet(DrainPhase::forStop);
        begin(STOP);
        phase.get().over().join();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /**
     * Stops before everything else, while the web servers, the notifiers and what they use are
     * alive, and so starts after everything else.
     */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    private void end(DrainPhase draining) {
        if (phase.updateAndGet(now -> now.afterRun(draining)).isSameRun(draining)) {
            announcer.changed(status(), null);
            draining.over().complete(null);
            log.info("drained");
        }
    }

    /** What the service is doing. */
    public enum State implements Labeled {
        /** Not everything has started; workers are not accepted yet. */
        STARTING,
        OPEN,
        DRAINING,
        DRAINED
    }

    /**
     * The progress of a drain.
     *
     * @param remaining connections that are open
     * @param deadline when the last connection is closed; null before the drain
     */
    public record Status(State state, int remaining, @Nullable Instant deadline) {}
}
