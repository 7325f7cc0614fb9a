package dev.frontdoor.connection;

import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.settings.LimitProperties;

import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The timeouts of one connection: when each began, and which of them have passed. Belongs to the
 * connection's event loop, and measures that loop's running time.
 */
final class ConnectionTimeouts {

    private final LimitProperties limits;
    private final HeartbeatProperties heartbeat;
    private final ConnectionAge age;
    private final RunningTime time;
    private final Channel channel;

    /** Null before the worker has left much unread for the first time. */
    private @Nullable WriteProgress progress;

    private final long openedAt;
    private long readAt;
    private long pingedAt;
    private long writtenAt;
    private long messageStartedAt;
    private long checkedAt;
    private boolean pinged;
    private boolean inMessage;
    private long slowedAt;
    private boolean slowed;

    ConnectionTimeouts(
            LimitProperties limits,
            HeartbeatProperties heartbeat,
            ConnectionAge age,
            RunningTime time,
            Channel channel) {
        this.limits = limits;
        this.heartbeat = heartbeat;
        this.age = age;
        this.time = time;
        this.channel = channel;
        this.openedAt = time.now();
        this.readAt = openedAt;
        this.checkedAt = openedAt;
    }

    /** The time by which they are measured. */
    RunningTime time() {
        return time;
    }

    /** Bytes have come from the worker, be they part of a frame. */
    void onRead() {
        readAt = time.now();
        pinged = false;
    }

    /** The worker has been sent a ping, which it has to answer. */
    void onPing() {
        pingedAt = time.now();
        pinged = true;
    }

    /** The worker began or stopped leaving so much unread that it is not read any more. */
    void onWritabilityChanged() {
        if (!channel.isWritable()) {
            boolean _ = hasProgressed();
            writtenAt = time.now();
        }
    }

    /** A message has begun to arrive. */
    void onMessageStart() {
        messageStartedAt = time.now();
        inMessage = true;
    }

    /** The message has arrived in full. */
    void onMessageEnd() {
        inMessage = false;
    }

    /** An answer is about to be written, after a delay if too many registrations were rejected. */
    long onAnswer(long delayInNanos) {
        if (delayInNanos > 0 && !slowed) {
            slowed = true;
            slowedAt = time.now();
        }
        return delayInNanos;
    }

    /** The answer was written, and what had waited behind it was handled as far as possible. */
    void onAnswered(boolean messagesWait) {
        slowed &= messagesWait;
    }

    /**
     * The timeout that has passed; null if none. To be called regularly.
     *
     * @param stopPushes called once the age of the connection is reached: sends no further push,
     *     and returns whether none is pending
     */
    @Nullable CloseCause overdue(
            boolean awaitsConnect, boolean awaitsRegistration, BooleanSupplier stopPushes) {
        if (awaitsConnect && hasPassed(limits.connectTimeout(), openedAt)) {
            return CloseCause.CONNECT_TIMEOUT;
        }
        if (awaitsRegistration && hasPassed(limits.registrationTimeout(), openedAt)) {
            return CloseCause.REGISTRATION_TIMEOUT;
        }
        if (age.isReached() && (stopPushes.getAsBoolean() || age.isGraceOver())) {
            return CloseCause.CONNECTION_AGE;
        }
        if (!channel.config().isAutoRead()) {
            onNotReading();
        }
        checkedAt = time.now();
        if (inMessage && hasPassed(limits.messageTimeout(), messageStartedAt)) {
            return CloseCause.MESSAGE_TIMEOUT;
        }
        if (slowed && hasPassed(limits.messageTimeout(), slowedAt)) {
            return CloseCause.BACKLOG;
        }
        if (!channel.isWritable()) {
            return isStuck() ? CloseCause.SLOW_READER : null;
        }
        return pinged && hasPassed(heartbeat.timeout(), pingedAt)
                ? CloseCause.HEARTBEAT_TIMEOUT
                : null;
    }

    /** Whether the worker has been silent for so long that it is to be pinged now. */
    boolean pingDue() {
        return !pinged && hasPassed(heartbeat.interval(), readAt);
    }

    /** A worker whose channel is not read cannot be heard, so that time does not count. */
    private void onNotReading() {
        onRead();
        messageStartedAt += time.now() - checkedAt;
    }

    private boolean isStuck() {
        if (hasProgressed()) {
            writtenAt = time.now();
        }
        Duration interval = heartbeat.interval();
        return !interval.isZero() && hasPassed(interval.plus(heartbeat.timeout()), writtenAt);
    }

    private boolean hasProgressed() {
        if (progress == null) {
            progress = new WriteProgress();
        }
        return progress.hasAdvanced(channel);
    }

    /** Whether a timeout has passed; zero never does. */
    private boolean hasPassed(Duration timeout, long since) {
        return !timeout.isZero() && time.now() - since > TimeUnit.NANOSECONDS.convert(timeout);
    }
}
