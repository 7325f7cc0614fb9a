package dev.frontdoor.connection;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.connection.address.Network;
import dev.frontdoor.connection.tls.PeerCertificates;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.LiveFacts;
import dev.frontdoor.registration.MemoryBudget;
import dev.frontdoor.registration.ReservedFrame;
import dev.frontdoor.registration.WorkerLink;
import dev.frontdoor.registration.settings.LimitProperties;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * One worker's connection, whatever carries it. Its state belongs to the event loop of its channel.
 * Frames are handled one at a time: while one is processed, the connection is paused.
 */
public final class WorkerConnection implements WorkerLink {

    private final LiveFacts facts;
    private final Transport transport;
    private final Connections connections;
    private final FrameDispatcher dispatcher;
    private final ConnectionTimeouts timeouts;
    private final InboundFrames inbound;
    private final OutboundFrames outbound;
    private final ConnectionSetup setup;
    private final LoopTasks tasks;
    private final ConnectionLog log;
    private final ConnectionFailures failures;
    private final Channel channel;
    private final PeriodicCheck check;
    private boolean ended;

    WorkerConnection(
            LiveFacts facts,
            Channel channel,
            Transport transport,
            Connections connections,
            FrameDispatcher dispatcher,
            LimitProperties limits,
            ConnectionTimeouts timeouts,
            MessageRoom room,
            MemoryBudget unread,
            ConnectionSetup setup,
            ConnectionLog log) {
        this.facts = facts;
        this.channel = channel;
        this.transport = transport;
        this.connections = connections;
        this.dispatcher = dispatcher;
        this.timeouts = timeouts;
        this.tasks = new LoopTasks(channel.eventLoop(), this::failed);
        this.log = log;
        this.failures = new ConnectionFailures(this, transport, log);
        Runnable noRoom = failures::noRoom;
        this.inbound =
                new InboundFrames(
                        this,
                        dispatcher,
                        new InboundMessages(channel, limits, room, noRoom),
                        new UnfinishedMessage(room, timeouts, noRoom),
                        timeouts,
                        tasks,
                        noRoom,
                        log);
        this.outbound =
                new OutboundFrames(
                        channel, transport, limits, timeouts.time(), tasks, unread, facts, log);
        this.setup = setup;
        this.check = new PeriodicCheck(this, dispatcher, timeouts, outbound, transport, failures);
    }

    @Override
    public LiveFacts facts() {
        return facts;
    }

    @Override
    public String network() {
        return Network.of(remoteAddress());
    }

    @Override
    public @Nullable ReservedFrame reserve(Frame frame) {
        return outbound.reserve(frame);
    }

    @Override
    public void close(CloseCause cause, String reason) {
        tasks.run(() -> end(cause, reason));
    }

    /** The last registration that was rejected; null if none was. May be read by any thread. */
    public @Nullable Rejection lastRejection() {
        return setup.lastRejection();
    }

    EventLoop loop() {
        return tasks.loop();
    }

    /**
     * The transport can send. Called once, before anything is received.
     *
     * @param proof who the worker has proved to be already; null if it has proved nothing
     */
    public void opened(@Nullable Accepted proof) {
        connections.opened(this);
        if (proof != null && !ended) {
            boolean _ = connections.prove(this, proof);
        }
    }

    /** Bytes have arrived, be they part of a frame or a sign of life. */
    public void onRead() {
        timeouts.onRead();
        facts.onRead();
    }

    /** The worker has answered a ping, or sent a pong unasked. */
    public void onPong() {
        facts.onPong();
    }

    /** The worker began or stopped leaving too much unread. */
    public void onWritabilityChanged() {
        timeouts.onWritabilityChanged();
        inbound.adjustReading();
    }

    /** A whole message has arrived. The connection releases it. */
    public void received(ByteBuf message) {
        facts.onReceived(message.readableBytes());
        outbound.onReceived();
        inbound.receive(message);
    }

    /** Ends the connection because of what the worker sent. */
    public void refuse(FrameRefusal refusal, CloseCause cause, String reason) {
        refuse(refusal, cause, reason, reason);
    }

    /** The same, with a reason of the log's own. */
    void refuse(FrameRefusal refusal, CloseCause cause, String reason, String logged) {
        if (!ended) {
            connections.frameRefused(refusal);
            log.refused(cause, logged);
            end(cause, reason);
        }
    }

    /** The worker has closed the connection, with a code and a reason of its own. */
    public void closedByWorker(int code, String reason) {
        end(ConnectionEnd.byWorker(code, reason), () -> {});
    }

    /** The connection broke: it ended without a close. */
    public void broken(String how) {
        end(ConnectionEnd.broken(how), () -> {});
    }

    /** Something was thrown on the connection's event loop. */
    public void failed(Throwable cause) {
        failures.failed(cause);
    }

    /** Whether the connection has ended; what still arrives is dropped. */
    public boolean hasEnded() {
        return ended;
    }

    /** What comes from the worker. */
    public InboundFrames inbound() {
        return inbound;
    }

    ConnectionSetup setup() {
        return setup;
    }

    /** Ends the connection if it is time to, and pings a silent worker. */
    void checkTimeouts() {
        if (!ended) {
            check.run();
        }
    }

    /** The registration is in force: acknowledges it, then sends what had to wait for that. */
    void onRegistered(String identity) {
        setup.onRegistered();
        log.identify(identity);
        outbound.write(Frame.WorkerRegisterAck.ACCEPTED);
    }

    /** Sends the answer to a frame. */
    void reply(Frame frame) {
        outbound.write(frame);
    }

    /** The certificates that the worker has shown; null if it has shown none. */
    @Nullable List<X509Certificate> certificates() {
        return PeerCertificates.of(channel);
    }

    /** Whether it may still matter who the worker is. Called by any thread. */
    boolean isOpen() {
        return channel.isActive();
    }

    /** The worker has sent Disconnect. */
    void onDisconnect() {
        end(ConnectionEnd.DISCONNECT, transport::closeAfterDisconnect);
    }

    /** Ends the connection from this side. The first end counts. */
    void end(CloseCause cause, String reason) {
        String truncated = CloseCause.truncate(reason);
        end(ConnectionEnd.byService(cause, truncated), () -> transport.close(cause, truncated));
    }

    private void end(ConnectionEnd end, Runnable goodbye) {
        if (!ended) {
            ended = true;
            try {
                connections.ended(this, end, dispatcher.isStranger(setup));
            } finally {
                tasks.cancelDelayed();
                inbound.discard();
                outbound.discard();
                goodbye.run();
            }
        }
    }
}
