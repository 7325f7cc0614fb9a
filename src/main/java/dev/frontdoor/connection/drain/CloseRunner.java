package dev.frontdoor.connection.drain;

import dev.frontdoor.push.PushService;

import io.micrometer.core.instrument.Clock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Advances drains and evictions until they are over, all on one thread. */
final class CloseRunner {

    private static final Logger log = LoggerFactory.getLogger(CloseRunner.class);

    /** How often it is checked what is due. */
    static final Duration INTERVAL = Duration.ofMillis(20);

    private final PushService pushes;
    private final Clock clock;
    private final ScheduledExecutorService executor;

    CloseRunner(PushService pushes, Clock clock, ScheduledExecutorService executor) {
        this.pushes = pushes;
        this.clock = clock;
        this.executor = executor;
    }

    /**
     * Starts a run.
     *
     * @param announced done when the notifiers know of it
     * @param over ends the run when it completes
     * @param onEnd called when the run is over by itself, or has failed; completes {@code over}
     */
    void start(
            ClosedGroup group,
            ClosePace pace,
            Future<?> announced,
            CompletableFuture<?> over,
            Runnable onEnd) {
        CloseRun run =
                new CloseRun(group, pace, pushes, clock, ThreadLocalRandom.current(), announced);
        ScheduledFuture<?> ticks =
                executor.scheduleWithFixedDelay(
                        () -> advance(run, onEnd), 0, INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
        var _ = over.thenRun(() -> ticks.cancel(false));
    }

    private static void advance(CloseRun run, Runnable onEnd) {
        boolean over = true;
        try {
            over = run.advance();
        } catch (Throwable e) {
            log.error("a drain or an eviction failed; the connections that are left stay", e);
        } finally {
            if (over) {
                onEnd.run();
            }
        }
    }
}
