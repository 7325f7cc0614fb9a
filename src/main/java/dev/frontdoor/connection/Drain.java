package dev.frontdoor.connection;

import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.RegistrationService;

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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends all workers elsewhere, once: before the service stops, or earlier if an operator asks. The
 * door closes for upgrades and registrations; the connections are closed with 1012, each at a
 * random moment of the window, those with unanswered pushes up to the grace later; and at the
 * deadline all that are left. It is over when every holder has been told.
 */
public final class Drain implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Drain.class);

    /** How long holders are waited for after the last close. */
    private static final Duration TELLING = Duration.ofSeconds(10);

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(20);

    private final DrainProperties properties;
    private final Connections connections;
    private final RegistrationService registrations;
    private final PushService pushes;
    private final ApplicationContext context;
    private volatile @Nullable Progress progress;
    private volatile boolean running;

    Drain(
            DrainProperties properties,
            Connections connections,
            RegistrationService registrations,
            PushService pushes,
            ApplicationContext context,
            MeterRegistry meters) {
        this.properties = properties;
        this.connections = connections;
        this.registrations = registrations;
        this.pushes = pushes;
        this.context = context;
        Gauge.builder("frontdoor.draining", () -> isOpen() ? 0 : 1)
                .description("Whether workers are being sent elsewhere")
                .register(meters);
    }

    /** Whether workers may still enter. */
    public boolean isOpen() {
        return progress == null;
    }

    /** How far it is. */
    public Status status() {
        Progress begun = progress;
        if (begun == null) {
            return new Status(State.OPEN, connections.count(), null);
        }
        boolean over = begun.thread.getState() == Thread.State.TERMINATED;
        State state = over ? State.DRAINED : State.DRAINING;
        return new Status(state, connections.count(), begun.deadline);
    }

    /** Begins, unless that has happened; returns at once. */
    public synchronized void begin() {
        if (progress != null) {
            return;
        }
        Duration longest = properties.window().plus(properties.pushGrace());
        Thread thread = Thread.ofPlatform().name("drain").unstarted(this::drain);
        progress = new Progress(thread, Instant.now().plus(longest));
        registrations.stopAccepting();
        AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
        log.info(
                "draining {} connections within {}, at most {}",
                connections.count(),
                properties.window(),
                longest);
        thread.start();
    }

    /** Opens the door, again if this context was stopped before: it may be started once more. */
    @Override
    public synchronized void start() {
        if (progress != null) {
            progress = null;
            registrations.startAccepting();
            AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
        }
        running = true;
    }

    /** Drains, and returns when that is over: whatever stops later is still needed meanwhile. */
    @Override
    public void stop() {
        begin();
        Progress begun = progress;
        while (begun != null && begun.thread.isAlive()) {
            try {
                begun.thread.join();
            } catch (InterruptedException e) {
                log.info("draining goes on until its deadline");
            }
        }
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

    private void drain() {
        long start = System.nanoTime();
        long window = properties.window().toNanos();
        long grace = properties.pushGrace().toNanos();
        Deque<Leaving> leaving = schedule(connections.open(), window);
        List<Leaving> pushing = new ArrayList<>();
        long nextLog = start;
        while (!leaving.isEmpty() || !pushing.isEmpty() || connections.count() > 0) {
            long now = System.nanoTime() - start;
            if (now >= window + grace) {
                break;
            }
            while (!leaving.isEmpty() && leaving.getFirst().moment <= now) {
                pushing.add(leaving.removeFirst());
            }
            pushing.removeIf(candidate -> closeIfDone(candidate, now, grace));
            if (leaving.isEmpty() && pushing.isEmpty()) {
                latecomers(now).forEach(pushing::add);
            }
            if (System.nanoTime() >= nextLog) {
                nextLog += TimeUnit.SECONDS.toNanos(1);
                log.info("draining: {} connections left", connections.count());
            }
            LockSupport.parkNanos(TICK);
        }
        connections.open().forEach(Drain::close);
        awaitTelling();
        log.info("drained");
    }

    /** Gives each connection a slice of the window and a random moment in it, in random order. */
    private Deque<Leaving> schedule(List<WorkerConnection> open, long window) {
        List<WorkerConnection> shuffled = new ArrayList<>(open);
        Collections.shuffle(shuffled, ThreadLocalRandom.current());
        Deque<Leaving> leaving = new ArrayDeque<>(shuffled.size());
        long slice = shuffled.isEmpty() ? 0 : window / shuffled.size();
        int rate = properties.maxClosesPerSecond();
        long spacing = rate == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / rate;
        long earliest = 0;
        for (int i = 0; i < shuffled.size(); i++) {
            long random = slice == 0 ? 0 : ThreadLocalRandom.current().nextLong(slice);
            long moment = Math.max(i * slice + random, earliest);
            earliest = moment + spacing;
            leaving.add(new Leaving(shuffled.get(i), moment));
        }
        return leaving;
    }

    /** Those that upgraded while the door was closing. */
    private List<Leaving> latecomers(long now) {
        return connections.open().stream().map(late -> new Leaving(late, now)).toList();
    }

    private boolean closeIfDone(Leaving candidate, long now, long grace) {
        boolean waiting = pushes.pending(candidate.connection.pid()) > 0;
        if (waiting && now < candidate.moment + grace) {
            return false;
        }
        close(candidate.connection);
        return true;
    }

    private static void close(WorkerConnection connection) {
        connection.close(CloseCause.SERVICE_RESTART, CloseCause.SERVICE_RESTART.reason());
    }

    private void awaitTelling() {
        long end = System.nanoTime() + TELLING.toNanos();
        while ((connections.count() > 0 || registrations.ledgers() > 0)
                && System.nanoTime() < end) {
            LockSupport.parkNanos(TICK);
        }
        if (registrations.ledgers() > 0) {
            log.warn("{} workers' ends could not be told in time", registrations.ledgers());
        }
    }

    /** What the service is doing. */
    public enum State {
        OPEN,
        DRAINING,
        DRAINED
    }

    /**
     * How far a drain is.
     *
     * @param remaining connections that are open
     * @param deadline when the last is closed; null while the door is open
     */
    public record Status(State state, int remaining, @Nullable Instant deadline) {}

    private record Progress(Thread thread, Instant deadline) {}

    private record Leaving(WorkerConnection connection, long moment) {}
}
