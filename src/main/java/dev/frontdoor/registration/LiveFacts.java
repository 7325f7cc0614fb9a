package dev.frontdoor.registration;

import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.Departure;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.Traffic;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * The facts of one connection as they change. They are read by any thread. What arrives and what is
 * sent is counted by the connection's event loop alone, so a count costs no more than a field.
 */
public final class LiveFacts {

    private static final VarHandle RECEIVED_FRAMES = counter("receivedFrames");
    private static final VarHandle RECEIVED_BYTES = counter("receivedBytes");
    private static final VarHandle SENT_FRAMES = counter("sentFrames");
    private static final VarHandle SENT_BYTES = counter("sentBytes");

    private final ConnectionOrigin origin;
    private final Clock clock;
    private long receivedFrames;
    private long receivedBytes;
    private long sentFrames;
    private long sentBytes;
    private volatile long readAt;

    /** From the last ping to its pong, in nanoseconds; 0 before the first pong. */
    private volatile long roundTrip;

    private long pingedAt;
    private boolean pinged;
    private volatile Map<String, String> labels;
    private volatile @Nullable Principal principal;
    private volatile @Nullable Departure departure;

    /** Null before the first push has ended; guarded by this object. */
    private @Nullable Map<String, Long> pushes;

    /**
     * The facts of a connection that begins now.
     *
     * @param declared the labels that the worker declares
     */
    public LiveFacts(ConnectionOrigin origin, Map<String, String> declared, Clock clock) {
        this.origin = origin;
        this.clock = clock;
        this.labels = Map.copyOf(declared);
        this.readAt = clock.monotonicTime();
    }

    /** What does not change. */
    public ConnectionOrigin origin() {
        return origin;
    }

    /** The labels, by name; immutable. */
    public Map<String, String> labels() {
        return labels;
    }

    /** Who the worker has proved to be; null if nothing was proved. */
    public @Nullable Principal principal() {
        return principal;
    }

    /**
     * Adds labels; one that is there already gets the new value. Called by any thread.
     *
     * @throws IllegalArgumentException if a label is not allowed, or if there are too many
     */
    public synchronized void annotate(Map<String, String> added) {
        labels = Labels.add(labels, added);
    }

    /** A push has ended, or was not admitted. Called by any thread. */
    public synchronized void pushEnded(String outcome) {
        if (pushes == null) {
            pushes = new TreeMap<>();
        }
        pushes.merge(outcome, 1L, Long::sum);
    }

    /** Bytes have arrived. Called on the event loop, like the methods below. */
    public void onRead() {
        readAt = clock.monotonicTime();
    }

    /** A whole frame has arrived. */
    public void onReceived(int bytes) {
        RECEIVED_FRAMES.setOpaque(this, receivedFrames + 1);
        RECEIVED_BYTES.setOpaque(this, receivedBytes + bytes);
    }

    /** A frame was handed to the transport. */
    public void onSent(int bytes) {
        SENT_FRAMES.setOpaque(this, sentFrames + 1);
        SENT_BYTES.setOpaque(this, sentBytes + bytes);
    }

    /** The worker was sent a ping. */
    public void onPing() {
        pingedAt = clock.monotonicTime();
        pinged = true;
    }

    /** The worker has sent a pong, asked or not. */
    public void onPong() {
        if (pinged) {
            pinged = false;
            roundTrip = Math.max(1, clock.monotonicTime() - pingedAt);
        }
    }

    /** The worker has proved who it is. */
    public void onAuthenticated(Principal proved) {
        principal = proved;
    }

    /** How the connection ended; null while it is open. */
    @Nullable Departure departure() {
        return departure;
    }

    /** The connection has ended. */
    public void onDeparture(Departure how) {
        departure = how;
    }

    /** The facts at this moment. */
    public ConnectionFacts snapshot() {
        long silence = clock.monotonicTime() - readAt;
        long measured = roundTrip;
        return new ConnectionFacts(
                origin.instance(),
                origin.pid(),
                origin.transport(),
                origin.remoteAddress(),
                origin.connectedAt(),
                principal,
                origin.userAgent(),
                labels,
                Instant.ofEpochMilli(clock.wallTime()).minusNanos(Math.max(silence, 0)),
                measured == 0 ? null : Duration.ofNanos(measured),
                traffic(RECEIVED_FRAMES, RECEIVED_BYTES),
                traffic(SENT_FRAMES, SENT_BYTES),
                pushes(),
                departure);
    }

    private Traffic traffic(VarHandle frames, VarHandle bytes) {
        return new Traffic((long) frames.getOpaque(this), (long) bytes.getOpaque(this));
    }

    private synchronized Map<String, Long> pushes() {
        return pushes == null ? Map.of() : Map.copyOf(pushes);
    }

    private static VarHandle counter(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(LiveFacts.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
