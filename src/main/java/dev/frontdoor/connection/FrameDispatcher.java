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
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.Decision;
import dev.frontdoor.registration.RegistrationService;

import java.nio.charset.StandardCharsets;

/**
 * What each frame of a worker does: the table of section 3 of the protocol. Called on the
 * connection's event loop, one frame at a time; where others must answer first, the connection is
 * paused until they have.
 */
public final class FrameDispatcher {

    private static final Pong PONG = new Pong(0);

    private final SharedTokens tokens;
    private final RegistrationService registrations;
    private final PushService pushes;
    private final ConnectionMetrics metrics;

    FrameDispatcher(
            SharedTokens tokens,
            RegistrationService registrations,
            PushService pushes,
            ConnectionMetrics metrics) {
        this.tokens = tokens;
        this.registrations = registrations;
        this.pushes = pushes;
        this.metrics = metrics;
    }

    /** Whether a worker that has not sent Connect is waited for to do so. */
    boolean awaitsConnect(boolean registering) {
        return tokens.areRequired() || !registering;
    }

    void dispatch(WorkerConnection connection, Frame frame) {
        metrics.frameReceived(frame.type());
        switch (frame) {
            case Connect connect -> connect(connection, connect);
            case Disconnect _ -> connection.disconnect();
            case Ping _ -> connection.reply(PONG);
            case WorkerRegister register -> {
                if (mayEnter(connection)) {
                    register(connection, register);
                }
            }
            case PushReply reply -> {
                if (mayEnter(connection)) {
                    complete(connection, reply);
                }
            }
            case Publish publish -> {
                if (mayEnter(connection)) {
                    publish(connection, publish);
                }
            }
            case Subscribe _, Unsubscribe _, Accept _, Defer _, Reject _ -> {
                if (mayEnter(connection)) {
                    refuseChannel(connection, frame.streamId());
                }
            }
            case ConversationOpen open ->
                    refuseConversation(connection, open.streamId(), open.conversationId());
            case ConversationMessage message ->
                    refuseConversation(connection, message.streamId(), message.conversationId());
            case ConversationClose close ->
                    refuseConversation(connection, close.streamId(), close.conversationId());
            case LinkOpen open -> {
                if (mayEnter(connection)) {
                    refuseLink(connection, open.streamId());
                }
            }
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

    private void connect(WorkerConnection connection, Connect connect) {
        if (connection.hasConnected()) {
            refuse(connection, CloseCause.SECOND_CONNECT);
            return;
        }
        if (!tokens.admit(connect.authToken())) {
            refuse(
                    connection,
                    CloseCause.BAD_TOKEN,
                    ReasonCode.AUTHENTICATION_FAILED,
                    "the token is not accepted");
            return;
        }
        ProtocolVersion version =
                ProtocolVersion.highestWithin(connect.minVersion(), connect.maxVersion());
        if (version == null) {
            refuse(
                    connection,
                    CloseCause.NO_COMMON_VERSION,
                    ReasonCode.NO_COMMON_VERSION,
                    "this service speaks 1.0 to 1.3, the worker %s to %s"
                            .formatted(connect.minVersion(), connect.maxVersion()));
            return;
        }
        connection.connected();
        connection.reply(new ConnectAck(0, version, 0));
    }

    private void register(WorkerConnection connection, WorkerRegister register) {
        connection.registering();
        connection.pause();
        registrations.register(
                connection,
                register.registration(),
                decision ->
                        connection.resume(
                                () -> answer(connection, register.registration(), decision)));
    }

    private static void answer(
            WorkerConnection connection, WorkerRegistration registration, Decision decision) {
        switch (decision) {
            case Decision.Accepted _ -> connection.accepted(registration.identity());
            case Decision.Rejected rejected ->
                    connection.rejected(registration.identity(), wellFormed(rejected.reason()));
            case Decision.Abandoned _ -> {}
        }
    }

    /** The text with a question mark for each half of a surrogate pair, which UTF-8 cannot hold. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private void publish(WorkerConnection connection, Publish publish) {
        connection.pause();
        registrations.publish(
                connection.pid(),
                publish.channel(),
                publish.envelope().payload().toByteArray(),
                consumed ->
                        connection.resume(() -> {
                            if (!consumed) {
                                metrics.frameRefused(FrameRefusal.NOT_CONSUMED);
                                connection.reply(
                                        new PublishError(
                                                0,
                                                publish.streamId(),
                                                ReasonCode.OTHER.code(),
                                                "nobody here takes this publication"));
                            }
                        }));
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
        if (mayEnter(connection)) {
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

    /** Whether a frame of the application may be looked at; if not, that ends the connection. */
    private boolean mayEnter(WorkerConnection connection) {
        boolean may = connection.hasConnected() || !tokens.areRequired();
        if (!may) {
            refuse(connection, CloseCause.CONNECT_REQUIRED);
        }
        return may;
    }

    private void refuse(
            WorkerConnection connection, CloseCause refusal, ReasonCode reason, String message) {
        connection.reply(new ConnectError(0, reason.code(), message));
        refuse(connection, refusal);
    }

    private void refuse(WorkerConnection connection, CloseCause refusal) {
        metrics.frameRefused(FrameRefusal.NOT_ALLOWED_IN_STATE);
        connection.end(refusal, refusal.reason());
    }
}
