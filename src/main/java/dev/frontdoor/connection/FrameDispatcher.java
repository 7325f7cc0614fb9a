package dev.frontdoor.connection;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Accept;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.ConversationClose;
import dev.frontdoor.protocol.Frame.ConversationError;
import dev.frontdoor.protocol.Frame.ConversationMessage;
import dev.frontdoor.protocol.Frame.ConversationOpen;
import dev.frontdoor.protocol.Frame.Defer;
import dev.frontdoor.protocol.Frame.Deliver;
import dev.frontdoor.protocol.Frame.Disconnect;
import dev.frontdoor.protocol.Frame.DisconnectReason;
import dev.frontdoor.protocol.Frame.LinkMessage;
import dev.frontdoor.protocol.Frame.LinkOpen;
import dev.frontdoor.protocol.Frame.LinkOpenAck;
import dev.frontdoor.protocol.Frame.LinkOpenAck.Refused;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.PublishAck;
import dev.frontdoor.protocol.Frame.PublishError;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.Reject;
import dev.frontdoor.protocol.Frame.Subscribe;
import dev.frontdoor.protocol.Frame.SubscribeAck;
import dev.frontdoor.protocol.Frame.SubscribeError;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.Unsubscribe;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.Decision;
import dev.frontdoor.registration.MemoryBudget;
import dev.frontdoor.registration.RegistrationService;

import java.nio.charset.StandardCharsets;

/**
 * What each frame of a worker does: the table of section 11 of docs/protocol.md. Called on the
 * connection's event loop, one frame at a time. While others decide the answer to a frame, the
 * connection is paused.
 */
final class FrameDispatcher {

    private static final Pong PONG = new Pong(0);

    private final ConnectHandshake handshake;
    private final RegistrationService registrations;
    private final PushService pushes;
    private final MemoryBudget messages;
    private final ConnectionMetrics metrics;

    /**
     * A dispatcher for all connections.
     *
     * @param messages where publications need room until they were offered
     */
    FrameDispatcher(
            ConnectHandshake handshake,
            RegistrationService registrations,
            PushService pushes,
            MemoryBudget messages,
            ConnectionMetrics metrics) {
        this.handshake = handshake;
        this.registrations = registrations;
        this.pushes = pushes;
        this.messages = messages;
        this.metrics = metrics;
    }

    /** Whether the connect timeout applies to a worker. */
    boolean awaitsConnect(ConnectionSetup setup) {
        return handshake.isAwaitedFrom(setup);
    }

    /** Whether it is not known yet that somebody is a worker. */
    boolean isStranger(ConnectionSetup setup) {
        return handshake.isStranger(setup);
    }

    /** Sends no further push to a worker. Returns whether none is pending. */
    boolean stopPushes(long pid) {
        boolean _ = pushes.stopPushes(pid);
        return pushes.pending(pid) == 0;
    }

    void dispatch(WorkerConnection connection, Frame frame) {
        metrics.frameReceived(frame.type());
        if (!handshake.admits(connection, frame.type())) {
            return;
        }
        switch (frame) {
            case Connect connect -> handshake.connect(connection, connect);
            case Disconnect _ -> connection.onDisconnect();
            case Ping _ -> connection.reply(PONG);
            case WorkerRegister register -> register(connection, register);
            case PushReply reply -> complete(connection, reply);
            case Publish publish -> publish(connection, publish);
            case Subscribe _, Unsubscribe _, Accept _, Defer _, Reject _ ->
                    refuseChannel(connection, frame.streamId());
            case ConversationOpen open ->
                    refuseConversation(connection, open.streamId(), open.conversationId());
            case ConversationMessage message ->
                    refuseConversation(connection, message.streamId(), message.conversationId());
            case ConversationClose close ->
                    refuseConversation(connection, close.streamId(), close.conversationId());
            case LinkOpen open -> refuseLink(connection, open.streamId());
            case ConnectAck _,
                    ConnectError _,
                    SubscribeAck _,
                    SubscribeError _,
                    PublishAck _,
                    PublishError _,
                    ConversationError _,
                    Pong _,
                    Push _,
                    WorkerRegisterAck _,
                    Deliver _,
                    LinkOpenAck _,
                    LinkMessage _,
                    DisconnectReason _ ->
                    metrics.frameRefused(FrameRefusal.SERVER_ONLY);
            case Unknown _ -> metrics.frameRefused(FrameRefusal.UNKNOWN_TYPE);
        }
    }

    private void register(WorkerConnection connection, WorkerRegister register) {
        WorkerRegistration registration = register.registration();
        // Nothing here keeps the registration itself: its texts may be large.
        String identity = registration.identity();
        connection.setup().onRegistering(identity);
        connection.inbound().pause();
        registrations.register(
                connection, registration, decision -> answer(connection, identity, decision));
    }

    private void answer(WorkerConnection connection, String identity, Decision decision) {
        long pid = connection.pid();
        InboundFrames inbound = connection.inbound();
        switch (decision) {
            case Decision.Accepted _ ->
                    inbound.resume(
                            FrameDispatcher::noDelay,
                            () -> {
                                connection.onRegistered(identity);
                                registrations.acknowledged(pid, () -> pushes.acknowledged(pid));
                            });
            case Decision.Rejected rejected -> {
                pushes.rejected(pid);
                String reason = wellFormed(rejected.reason());
                inbound.resume(
                        () -> connection.setup().onRejected(identity, reason),
                        () -> connection.reply(WorkerRegisterAck.rejected(reason)));
            }
            case Decision.Abandoned _ -> inbound.resume(FrameDispatcher::noDelay, () -> {});
        }
    }

    private static long noDelay() {
        return 0;
    }

    /** The text with a question mark for each half of a surrogate pair, which UTF-8 cannot hold. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private void publish(WorkerConnection connection, Publish publish) {
        // Copied first: an allocation that fails must leave nothing reserved.
        byte[] payload = publish.envelope().payload().toByteArray();
        // The notifier that is called gets a copy of its own.
        long size =
                2 * MessageReservation.charged(payload.length)
                        + MessageReservation.charged(2L * publish.channel().length());
        long streamId = publish.streamId();
        if (!messages.reserve(size)) {
            refusePublication(
                    connection, streamId, FrameRefusal.NO_MEMORY, "the service is short of memory");
            return;
        }
        connection.inbound().pause();
        registrations.publish(
                connection.pid(),
                publish.channel(),
                payload,
                consumed -> answerPublication(connection, streamId, consumed),
                () -> messages.release(size));
    }

    private void answerPublication(WorkerConnection connection, long streamId, boolean consumed) {
        connection
                .inbound()
                .resume(
                        FrameDispatcher::noDelay,
                        () -> {
                            if (!consumed) {
                                refusePublication(
                                        connection,
                                        streamId,
                                        FrameRefusal.NOT_CONSUMED,
                                        "no notifier consumed this publication");
                            }
                        });
    }

    private void refusePublication(
            WorkerConnection connection, long streamId, FrameRefusal refusal, String reason) {
        metrics.frameRefused(refusal);
        connection.reply(new PublishError(0, streamId, ReasonCode.OTHER.code(), reason));
    }

    private void complete(WorkerConnection connection, PushReply reply) {
        if (!pushes.replied(connection.pid(), reply)) {
            metrics.frameRefused(FrameRefusal.UNAWAITED_REPLY);
        }
    }

    private void refuseChannel(WorkerConnection connection, long streamId) {
        metrics.frameRefused(FrameRefusal.NOT_SERVED);
        connection.reply(
                new SubscribeError(
                        0, streamId, ReasonCode.OTHER.code(), "this service serves no channels"));
    }

    private void refuseLink(WorkerConnection connection, long streamId) {
        metrics.frameRefused(FrameRefusal.NOT_SERVED);
        connection.reply(new LinkOpenAck(0, streamId, new Refused("this service serves no links")));
    }

    private void refuseConversation(
            WorkerConnection connection, long streamId, long conversationId) {
        metrics.frameRefused(FrameRefusal.NOT_SERVED);
        connection.reply(
                new ConversationError(
                        0,
                        streamId,
                        conversationId,
                        ReasonCode.OTHER.code(),
                        "this service serves no conversations"));
    }
}
