package dev.frontdoor.test;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.test.TestWorker.Close;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The frames that a worker has received and a test has not yet taken. Every wait is bounded. */
final class Inbox {

    private final Duration timeout;
    private final Deque<Frame> frames = new ArrayDeque<>(2);
    private final Deque<byte[]> pongs = new ArrayDeque<>(1);
    private int received;
    private @Nullable Close close;
    private @Nullable String fault;
    private boolean ended;

    Inbox(Duration timeout) {
        this.timeout = timeout;
    }

    synchronized void add(Frame frame) {
        frames.add(frame);
        notifyAll();
    }

    synchronized void addPong(byte[] payload) {
        pongs.add(payload);
        notifyAll();
    }

    /** Counts a frame, whether or not it is added. */
    synchronized void count() {
        received++;
    }

    synchronized void closed(Close close) {
        if (this.close == null) {
            this.close = close;
        }
        notifyAll();
    }

    /** The socket has ended. Without an earlier close frame, the close code is 1006. */
    synchronized void ended(String how) {
        closed(new Close(1006, how));
        ended = true;
    }

    /**
     * Reports a fault of the service or of the script. Every wait that is not yet satisfied fails.
     */
    synchronized void faulty(String fault) {
        this.fault = fault;
        notifyAll();
    }

    synchronized int received() {
        return received;
    }

    synchronized boolean isOpen() {
        return close == null && fault == null;
    }

    synchronized @Nullable Frame poll() {
        return frames.poll();
    }

    /** Takes out the pushes. */
    synchronized List<Push> takePushes() {
        List<Push> pushes =
                frames.stream().filter(Push.class::isInstance).map(Push.class::cast).toList();
        frames.removeIf(Push.class::isInstance);
        return pushes;
    }

    synchronized Frame awaitFrame(String wanted) {
        return await(wanted, frames::poll, true);
    }

    synchronized byte[] awaitPong() {
        return await("a pong", pongs::poll, true);
    }

    synchronized Close awaitClose() {
        return await("a close", () -> close, false);
    }

    synchronized void awaitEnd() {
        await("the end of the socket", () -> ended ? ended : null, false);
    }

    private <T> T await(String wanted, Supplier<@Nullable T> probe, boolean closeIsTheEnd) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            T found = probe.get();
            while (found == null) {
                if (fault != null) {
                    throw new AssertionError("expected %s, but %s".formatted(wanted, fault));
                }
                if (closeIsTheEnd && close != null) {
                    throw new AssertionError("expected %s, got %s".formatted(wanted, close));
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError(
                            "expected %s, but it did not come within %s; not looked at: %s"
                                    .formatted(wanted, timeout, frames));
                }
                wait(left);
                found = probe.get();
            }
            return found;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + wanted, e);
        }
    }
}
