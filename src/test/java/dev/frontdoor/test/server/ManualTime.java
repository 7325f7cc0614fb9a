package dev.frontdoor.test.server;

import io.micrometer.core.instrument.Clock;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The time of a test, which advances only when the test says so: for the service's clock, and for
 * what is scheduled on the channels and executors made here.
 */
public final class ManualTime implements Clock {

    private static final Duration STEP = Duration.ofMillis(10);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final MockTicker ticker = Ticker.newMockTicker();
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private Instant wallStart = START;

    /** A channel with an event loop of its own, which runs on the thread of the test. */
    public TestChannel channel() {
        TestChannel channel = new TestChannel(EmbeddedChannel.builder().ticker(ticker));
        channels.add(channel);
        return channel;
    }

    /** An executor whose tasks run on the thread of the test. */
    public ScheduledExecutorService executor() {
        return channel().eventLoop();
    }

    /** Lets time pass in small steps, and runs what is due after each. */
    public void advance(Duration duration) {
        long end = monotonicTime() + duration.toNanos();
        while (monotonicTime() < end) {
            ticker.advance(Math.min(STEP.toNanos(), end - monotonicTime()), TimeUnit.NANOSECONDS);
            runTasks();
        }
    }

    /** Lets time pass at once, as if the process was paused, and then runs what is due. */
    public void pause(Duration duration) {
        ticker.advance(duration.toNanos(), TimeUnit.NANOSECONDS);
        runTasks();
    }

    /** Sets the date forward, or back, without letting time pass. */
    public void stepWallClock(Duration step) {
        wallStart = wallStart.plus(step);
    }

    /** Runs the tasks that are due, those from other threads included. */
    public void runTasks() {
        channels.forEach(EmbeddedChannel::runPendingTasks);
    }

    @Override
    public long monotonicTime() {
        return ticker.nanoTime();
    }

    @Override
    public long wallTime() {
        return wallStart.plusNanos(ticker.nanoTime()).toEpochMilli();
    }
}
