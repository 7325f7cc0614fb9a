package dev.frontdoor.connection;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.protocol.ProtocolException;
import dev.frontdoor.registration.Refusal;
import dev.frontdoor.registration.WorkerFields;
import dev.frontdoor.registration.WorkerLink;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One worker's connection. It belongs to the event loop of its channel: all its state is touched
 * there and nowhere else, and what comes from outside comes as a task of that loop.
 *
 * <p>Frames are handled one at a time. While one is being decided the connection is paused: what
 * arrives waits in the inbox, replies to pushes excepted, and reading stops once the inbox is full.
 * Reading stops too while the worker does not read what it was sent.
 */
final class WorkerConnection extends ChannelInboundHandlerAdapter implements WorkerLink {

    private static final Logger log = LoggerFactory.getLogger(WorkerConnection.class);

    private static final int NORMAL_CLOSURE = 1000;

    /** The largest message of a worker that is neither connected nor was ever accepted. */
    private static final int MAX_FIRST_MESSAGE_SIZE = 64 * 1024;

    private final long pid;
    private final Channel channel;
    private final Connections connections;
    private final FrameDispatcher dispatcher;
    private final LimitProperties limits;
    private final String remoteAddress;
    private final long openedAt = System.currentTimeMillis();

    private final Vigil vigil;
    private final Fragments fragments = new Fragments();
    private final Inbox inbox = new Inbox();
    private @Nullable List<Frame> untilAck = new ArrayList<>(0);
    private @Nullable String identity;
    private boolean connected;
    private boolean registering;
    private boolean paused;
    private boolean reading;
    private boolean ended;

    WorkerConnection(
            long pid,
            Channel channel,
            String remoteAddress,
            Connections connections,
            FrameDispatcher dispatcher,
            LimitProperties limits,
            Vigil vigil) {
        this.pid = pid;
        this.channel = channel;
        this.connections = connections;
        this.dispatcher = dispatcher;
        this.limits = limits;
        this.vigil = vigil;
        this.remoteAddress = remoteAddress;
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
        onLoop(() -> {
            if (untilAck == null) {
                reply(frame);
            } else {
                untilAck.add(frame);
            }
        });
    }

    @Override
    public void close(Refusal refusal, String reason) {
        onLoop(() -> end(refusal, reason));
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

    /** Whether Connect has succeeded. */
    boolean hasConnected() {
        return connected;
    }

    void connected() {
        connected = true;
    }

    /**
     * The largest message taken from this worker now, in bytes: section 3 of the protocol. 0 once
     * the connection has ended.
     */
    int maxMessageSize() {
        if (ended) {
            return 0;
        }
        int max = (int) limits.maxFrameSize().toBytes();
        boolean proven = connected || untilAck == null;
        return proven ? max : Math.min(max, MAX_FIRST_MESSAGE_SIZE);
    }

    /** A first WorkerRegister has come, whatever becomes of it. */
    void registering() {
        registering = true;
    }

    /** Ends the connection if one of its time limits has passed, and asks a silent worker. */
    void checkTimes(long now) {
        if (ended) {
            return;
        }
        Refusal overdue = overdue(now);
        if (overdue != null) {
            end(overdue, overdue.reason());
        } else if (vigil.mustAsk(now)) {
            write(new PingWebSocketFrame());
        }
    }

    private @Nullable Refusal overdue(long now) {
        boolean awaitsConnect = !connected && dispatcher.awaitsConnect(registering);
        Refusal overdue = vigil.overdue(now, awaitsConnect, !registering);
        if (overdue != null) {
            return overdue;
        }
        if (!channel.isWritable()) {
            return vigil.isStuck(now) ? Refusal.SLOW_READER : null;
        }
        if (!channel.config().isAutoRead()) {
            vigil.heard();
        }
        return vigil.isLost(now) ? Refusal.HEARTBEAT_TIMEOUT : null;
    }

    /** The registration is in force: says so, then sends what had to wait for that. */
    void accepted(String identity) {
        this.identity = identity;
        reply(Frame.WorkerRegisterAck.ACCEPTED);
        List<Frame> waiting = untilAck;
        untilAck = null;
        if (waiting != null) {
            waiting.forEach(this::reply);
        }
    }

    /** Writes a frame, unless the worker has left too much unread already. */
    void reply(Frame frame) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        if (ended || outbound == null) {
            return;
        }
        if (outbound.totalPendingWriteBytes() > limits.maxOutboundBytes().toBytes()) {
            end(Refusal.SLOW_READER, Refusal.SLOW_READER.reason());
            return;
        }
        byte[] message = FrameCodec.encode(frame);
        logAtDebug("sending", frame, message.length);
        write(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message)));
    }

    /** Stops looking at frames until {@link #resume}. */
    void pause() {
        paused = true;
    }

    /** Goes on, from any thread: with an answer first, then with what has come meanwhile. */
    void resume(Runnable answer) {
        onLoop(() -> {
            if (ended) {
                return;
            }
            answer.run();
            paused = false;
            for (ByteBuf next = nextWaiting(); next != null; next = nextWaiting()) {
                handle(next);
            }
            adjustReading();
        });
    }

    /** The worker has said that it leaves. */
    void disconnect() {
        end(Ending.byWorker("Disconnect"));
        sendClose(NORMAL_CLOSURE, "");
    }

    /** Ends the connection from this side; the first end counts. */
    void end(Refusal refusal, String reason) {
        if (!ended) {
            String told = CloseReason.cut(reason);
            end(Ending.refused(refusal, told));
            sendClose(refusal.code(), told);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        connections.opened(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        reading = true;
        try {
            if (message instanceof WebSocketFrame frame) {
                receive(frame);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        vigil.heard();
        ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!channel.isWritable()) {
            vigil.stalled();
            channel.flush();
        }
        adjustReading();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(Ending.broken("the connection broke"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException broken) {
            refuseBroken(broken);
        } else if (cause instanceof IOException || cause.getCause() instanceof IOException) {
            end(Ending.broken(String.valueOf(cause.getMessage())));
            closeChannel();
        } else {
            failed(cause);
        }
    }

    private void failed(Throwable cause) {
        try (WorkerFields _ = logFields()) {
            log.error("pid {}: connection failed", pid, cause);
        }
        end(Refusal.SERVICE_FAULT, Refusal.SERVICE_FAULT.reason());
    }

    private void receive(WebSocketFrame frame) {
        if (ended) {
            if (frame instanceof CloseWebSocketFrame) {
                closeChannel();
            }
            return;
        }
        switch (frame) {
            case BinaryWebSocketFrame binary ->
                    receivePart(binary.content(), binary.isFinalFragment());
            case ContinuationWebSocketFrame part ->
                    receivePart(part.content(), part.isFinalFragment());
            case PingWebSocketFrame ping -> write(new PongWebSocketFrame(ping.content().retain()));
            case PongWebSocketFrame _ -> {}
            case CloseWebSocketFrame _ -> {
                end(Ending.byWorker("closed"));
                write(new CloseWebSocketFrame(NORMAL_CLOSURE, ""));
                channel.flush();
                closeChannel();
            }
            default ->
                    refuse(
                            FrameRefusal.TEXT_MESSAGE,
                            Refusal.TEXT_MESSAGE,
                            Refusal.TEXT_MESSAGE.reason());
        }
    }

    private void receivePart(ByteBuf part, boolean last) {
        ByteBuf whole = fragments.add(part, last, channel.alloc());
        if (whole != null) {
            arrived(whole);
        }
    }

    private void arrived(ByteBuf message) {
        boolean reply =
                message.isReadable()
                        && message.getByte(message.readerIndex()) == FrameType.PUSH_REPLY.code();
        if (paused && !reply) {
            inbox.add(message);
            adjustReading();
        } else {
            handle(message);
        }
    }

    private @Nullable ByteBuf nextWaiting() {
        return paused ? null : inbox.poll();
    }

    private void handle(ByteBuf message) {
        try {
            Frame frame = FrameCodec.decode(message.nioBuffer());
            logAtDebug("received", frame, message.readableBytes());
            dispatcher.dispatch(this, frame);
        } catch (ProtocolException e) {
            refuse(FrameRefusal.of(e.reason()), Refusal.NOT_A_FRAME, e.closeReason());
        } finally {
            message.release();
        }
    }

    private void refuseBroken(CorruptedWebSocketFrameException broken) {
        if (broken.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
            refuse(
                    FrameRefusal.TOO_LARGE,
                    Refusal.MESSAGE_TOO_LARGE,
                    String.valueOf(broken.getMessage()));
        } else {
            refuse(
                    FrameRefusal.BROKEN_WEBSOCKET,
                    Refusal.BROKEN_WEBSOCKET,
                    Refusal.BROKEN_WEBSOCKET.reason() + ": " + broken.getMessage());
        }
    }

    private void refuse(FrameRefusal what, Refusal refusal, String reason) {
        if (!ended) {
            connections.frameRefused(what);
            try (WorkerFields _ = logFields()) {
                log.warn("pid {}: {} gets {}: {}", pid, remoteAddress, refusal.code(), reason);
            }
            end(refusal, reason);
        }
    }

    private void end(Ending ending) {
        if (ended) {
            return;
        }
        ended = true;
        connections.ended(this, ending);
        inbox.release();
        untilAck = null;
        fragments.release();
        adjustReading();
    }

    /**
     * Sends a close and lets the worker answer it, so that what it was sent is not lost to a reset.
     */
    private void sendClose(int code, String reason) {
        write(new CloseWebSocketFrame(code, reason));
        channel.flush();
        Future<?> _ =
                channel.eventLoop()
                        .schedule(
                                this::closeChannel,
                                limits.closeTimeout().toNanos(),
                                TimeUnit.NANOSECONDS);
    }

    private void closeChannel() {
        ChannelFuture _ = channel.close();
    }

    private void write(WebSocketFrame frame) {
        ChannelFuture _ = channel.write(frame, channel.voidPromise());
        if (!reading) {
            channel.flush();
        }
    }

    /** Reads while there is room for what comes and for the answers; and once ended, to the end. */
    private void adjustReading() {
        boolean room = inbox.weight() < limits.maxInboundBytes().toBytes() && channel.isWritable();
        boolean wanted = ended || room;
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    private void logAtDebug(String what, Frame frame, int size) {
        if (log.isDebugEnabled()) {
            try (WorkerFields _ = logFields()) {
                log.debug("pid {}: {} {} of {} bytes", pid, what, frame.type(), size);
            }
        }
    }

    private WorkerFields logFields() {
        return WorkerFields.of(pid, identity);
    }

    private void onLoop(Runnable task) {
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
