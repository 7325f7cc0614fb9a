package dev.frontdoor.connection;

import dev.frontdoor.invocation.WorkerMdc;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.protocol.ProtocolException;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.LimitProperties;
import dev.frontdoor.registration.WorkerLink;

import io.micrometer.core.instrument.Clock;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/**
 * One worker's connection, whatever carries it. Its state belongs to the event loop of its channel
 * and is touched nowhere else; what comes from outside comes as a task of that loop.
 *
 * <p>Frames are handled one at a time. While one of them is being decided the connection is paused:
 * messages are kept, except replies to pushes, and reading stops once they exceed their limit.
 * Reading stops too while the worker does not read what it was sent.
 */
public final class WorkerConnection implements WorkerLink {

    private static final Logger log = LoggerFactory.getLogger(WorkerConnection.class);

    /** The largest message of a worker that is neither connected nor was ever accepted. */
    private static final int MAX_FIRST_MESSAGE_SIZE = 64 * 1024;

    private final long pid;
    private final Channel channel;
    private final Transport transport;
    private final String remoteAddress;
    private final Connections connections;
    private final FrameDispatcher dispatcher;
    private final LimitProperties limits;
    private final ConnectionTimeouts timeouts;
    private final Clock clock;
    private final long openedAt;

    private final PausedMessages pausedMessages = new PausedMessages();

    /** Frames to send once the first registration is accepted; null from then on. */
    private @Nullable List<Frame> framesUntilAck = new ArrayList<>(0);

    private @Nullable String identity;
    private volatile @Nullable Rejection lastRejection;
    private boolean connected;
    private boolean registering;
    private boolean paused;
    private boolean ended;

    WorkerConnection(
            long pid,
            Channel channel,
            Transport transport,
            String remoteAddress,
            Connections connections,
            FrameDispatcher dispatcher,
            LimitProperties limits,
            ConnectionTimeouts timeouts,
            Clock clock) {
        this.pid = pid;
        this.channel = channel;
        this.transport = transport;
        this.remoteAddress = remoteAddress;
        this.connections = connections;
        this.dispatcher = dispatcher;
        this.limits = limits;
        this.timeouts = timeouts;
        this.clock = clock;
        this.openedAt = clock.wallTime();
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public Instant connectedAt() {
        return Instant.ofEpochMilli(openedAt);
    }

    @Override
    public void send(Frame frame) {
        runOnLoop(() -> {
            if (framesUntilAck == null) {
                reply(frame);
            } else {
                framesUntilAck.add(frame);
            }
        });
    }

    @Override
    public void close(CloseCause cause, String reason) {
        runOnLoop(() -> end(cause, reason));
    }

    /** The last registration that was rejected; null if none was. May be read by any thread. */
    public @Nullable Rejection lastRejection() {
        return lastRejection;
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    /** The remote address without a port. */
    String host() {
        int colon = remoteAddress.lastIndexOf(':');
        boolean hasPort = remoteAddress.startsWith("[") || remoteAddress.indexOf(':') == colon;
        return colon >= 0 && hasPort ? remoteAddress.substring(0, colon) : remoteAddress;
    }

    /** The transport can send. Called once, before anything is received. */
    public void opened() {
        connections.opened(this);
    }

    /** Bytes have arrived, be they part of a frame or a sign of life. */
    public void onRead() {
        timeouts.onRead();
    }

    /** The worker began or stopped leaving too much unread. */
    public void onWritabilityChanged() {
        if (!channel.isWritable()) {
            timeouts.onUnwritable();
        }
        adjustReading();
    }

    /** A whole message has arrived. The connection releases it. */
    public void received(ByteBuf message) {
        if (ended) {
            message.release();
            return;
        }
        boolean pushReply =
                message.isReadable()
                        && message.getByte(message.readerIndex()) == FrameType.PUSH_REPLY.code();
        if (paused && !pushReply) {
            pausedMessages.add(message);
            adjustReading();
        } else {
            handle(message);
        }
    }

    /** Ends the connection for what the worker sent. */
    public void refuse(FrameRefusal refusal, CloseCause cause, String reason) {
        if (ended) {
            return;
        }
        connections.frameRefused(refusal);
        try (WorkerMdc _ = logFields()) {
            log.warn(
                    "pid {}: closing the connection of {} with code {}: {}",
                    pid,
                    remoteAddress,
                    cause.code(),
                    reason);
        }
        end(cause, reason);
    }

    /** The worker has closed the connection. */
    public void closedByWorker(String how) {
        end(ConnectionEnd.byWorker(how));
    }

    /** The connection is gone without a close. */
    public void broken(String how) {
        end(ConnectionEnd.broken(how));
    }

    /** Something was thrown on the connection's event loop. */
    public void failed(Throwable cause) {
        if (cause instanceof IOException || cause.getCause() instanceof IOException) {
            broken(String.valueOf(cause.getMessage()));
            transport.abort();
            return;
        }
        try (WorkerMdc _ = logFields()) {
            log.error("pid {}: the connection failed", pid, cause);
        }
        end(CloseCause.SERVICE_FAULT, CloseCause.SERVICE_FAULT.reason());
    }

    /** Whether the connection has ended; what still arrives is dropped. */
    public boolean hasEnded() {
        return ended;
    }

    /**
     * The largest message taken from this worker now, in bytes: section 3 of the protocol. 0 once
     * the connection has ended.
     */
    public int maxMessageSize() {
        if (ended) {
            return 0;
        }
        int max = (int) limits.maxFrameSize().toBytes();
        boolean proven = connected || framesUntilAck == null;
        return proven ? max : Math.min(max, MAX_FIRST_MESSAGE_SIZE);
    }

    /** Whether Connect has succeeded. */
    boolean hasConnected() {
        return connected;
    }

    void connected() {
        connected = true;
    }

    /** The first WorkerRegister has arrived, whatever its outcome. */
    void registering() {
        registering = true;
    }

    /** Ends the connection if one of its timeouts has passed, and pings a silent worker. */
    void checkTimeouts() {
        if (ended) {
            return;
        }
        CloseCause overdue = overdue();
        if (overdue != null) {
            end(overdue, overdue.reason());
        } else if (timeouts.pingDue()) {
            transport.ping();
        }
    }

    private @Nullable CloseCause overdue() {
        boolean awaitsConnect = !connected && dispatcher.awaitsConnect(registering);
        CloseCause overdue = timeouts.overdue(awaitsConnect, !registering);
        if (overdue != null) {
            return overdue;
        }
        if (!channel.isWritable()) {
            return timeouts.isStuck() ? CloseCause.SLOW_READER : null;
        }
        if (!channel.config().isAutoRead()) {
            timeouts.onRead();
        }
        return timeouts.isSilent() ? CloseCause.HEARTBEAT_TIMEOUT : null;
    }

    /** The registration is in force: acknowledges it, then sends what had to wait for that. */
    void accepted(String identity) {
        this.identity = identity;
        reply(Frame.WorkerRegisterAck.ACCEPTED);
        List<Frame> waiting = framesUntilAck;
        framesUntilAck = null;
        if (waiting != null) {
            waiting.forEach(this::reply);
        }
    }

    /** The registration is not in force: remembers that, and tells the worker. */
    void rejected(String identity, String reason) {
        lastRejection = new Rejection(identity, reason, Instant.ofEpochMilli(clock.wallTime()));
        reply(Frame.WorkerRegisterAck.rejected(reason));
    }

    /** Sends a frame, unless the worker has left too much unread already. */
    void reply(Frame frame) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        if (ended || outbound == null) {
            return;
        }
        if (outbound.totalPendingWriteBytes() > limits.maxOutboundBytes().toBytes()) {
            end(CloseCause.SLOW_READER, CloseCause.SLOW_READER.reason());
            return;
        }
        byte[] message = FrameCodec.encode(frame);
        logAtDebug("sending", frame, message.length);
        transport.send(message);
    }

    /** Stops handling frames until {@link #resume}. */
    void pause() {
        paused = true;
    }

    /** Goes on, from any thread: with an answer first, then with what has come meanwhile. */
    void resume(Runnable answer) {
        runOnLoop(() -> {
            if (ended) {
                return;
            }
            answer.run();
            paused = false;
            for (ByteBuf next = nextPaused(); next != null; next = nextPaused()) {
                handle(next);
            }
            adjustReading();
        });
    }

    /** The worker has sent Disconnect. */
    void disconnect() {
        end(ConnectionEnd.byWorker("Disconnect"));
        transport.close(ConnectionEnd.NORMAL_CODE, "");
    }

    /** Ends the connection from this side. The first end counts. */
    void end(CloseCause cause, String reason) {
        if (!ended) {
            String truncated = CloseCause.truncate(reason);
            end(ConnectionEnd.byService(cause, truncated));
            transport.close(cause.code(), truncated);
        }
    }

    private void end(ConnectionEnd end) {
        if (ended) {
            return;
        }
        ended = true;
        connections.ended(this, end);
        pausedMessages.release();
        framesUntilAck = null;
        adjustReading();
    }

    private @Nullable ByteBuf nextPaused() {
        return paused ? null : pausedMessages.poll();
    }

    private void handle(ByteBuf message) {
        try {
            Frame frame = FrameCodec.decode(message.nioBuffer());
            logAtDebug("received", frame, message.readableBytes());
            dispatcher.dispatch(this, frame);
        } catch (ProtocolException e) {
            refuse(FrameRefusal.of(e.reason()), CloseCause.NOT_A_FRAME, e.closeReason());
        } finally {
            message.release();
        }
    }

    /** Reads while there is room for messages and answers; and after the end, to drop the rest. */
    private void adjustReading() {
        long max = limits.maxInboundBytes().toBytes();
        boolean wanted = ended || (pausedMessages.weight() < max && channel.isWritable());
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    private void logAtDebug(String what, Frame frame, int size) {
        if (log.isDebugEnabled()) {
            try (WorkerMdc _ = logFields()) {
                log.debug("pid {}: {} {} of {} bytes", pid, what, frame.type(), size);
            }
        }
    }

    private WorkerMdc logFields() {
        return WorkerMdc.of(pid, identity);
    }

    private void runOnLoop(Runnable task) {
        try {
            channel.eventLoop()
                    .execute(() -> {
                        try {
                            task.run();
                        } catch (RuntimeException e) {
                            failed(e);
                        }
                    });
        } catch (RejectedExecutionException e) {
            log.debug("pid {}: the event loop has ended, and the connection with it", pid);
        }
    }
}
