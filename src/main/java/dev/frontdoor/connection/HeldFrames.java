package dev.frontdoor.connection;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Frames of others that a worker cannot take yet: until its first registration has been
 * acknowledged, and for the transport's pause after each answer to a registration, unless the
 * worker sends something before. Belongs to the connection's event loop.
 */
final class HeldFrames {

    private final long pause;
    private final RunningTime time;
    private final LoopTasks tasks;
    private final Consumer<byte[]> writer;
    private @Nullable List<byte[]> held;
    private @Nullable Future<?> pending;
    private boolean registered;
    private boolean pausing;
    private long pausedAt;

    /**
     * Holds the frames of one connection.
     *
     * @param writer gets each frame once the worker can take it, even if one of them fails
     */
    HeldFrames(Transport transport, RunningTime time, LoopTasks tasks, Consumer<byte[]> writer) {
        this.pause = transport.pauseAfterAck().toNanos();
        this.time = time;
        this.tasks = tasks;
        this.writer = writer;
    }

    /** Hands a frame over, now or later. */
    void add(byte[] frame) {
        if (pausing && time.now() - pausedAt >= pause) {
            onReceived();
        }
        if (registered && !pausing) {
            writer.accept(frame);
            return;
        }
        if (held == null) {
            held = new ArrayList<>(1);
        }
        held.add(frame);
        if (pending == null) {
            releaseLater();
        }
    }

    /** A registration was answered. */
    void onAnswered(boolean accepted) {
        registered |= accepted;
        pausing = pause > 0;
        if (pausing) {
            pausedAt = time.now();
            releaseLater();
        } else {
            releaseIfRegistered();
        }
    }

    /** The worker has sent something, and so has read the last answer. */
    void onReceived() {
        if (pausing) {
            pausing = false;
            releaseIfRegistered();
        }
    }

    /** Hands over all frames, now and from now on: the connection has ended. */
    void end() {
        registered = true;
        pausing = false;
        release();
    }

    private void releaseLater() {
        cancelPending();
        if (registered && held != null) {
            long left = pause - (time.now() - pausedAt);
            pending = tasks.schedule(left, this::onReceived);
        }
    }

    private void releaseIfRegistered() {
        if (registered) {
            release();
        }
    }

    private void release() {
        List<byte[]> frames = held;
        held = null;
        cancelPending();
        if (frames != null) {
            frames.forEach(frame -> tasks.guard(() -> writer.accept(frame)));
        }
    }

    private void cancelPending() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }
}
