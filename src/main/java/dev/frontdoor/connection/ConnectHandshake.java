package dev.frontdoor.connection;

import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.registration.CloseCause;

/**
 * Decides who is connected: answers Connect, and says which frames need one first. Called on the
 * connection's event loop.
 */
final class ConnectHandshake {

    private final SharedTokens tokens;

    ConnectHandshake(SharedTokens tokens) {
        this.tokens = tokens;
    }

    /** Whether the connect timeout applies to a worker. */
    boolean isAwaitedFrom(ConnectionSetup setup) {
        return !setup.isConnected() && (tokens.areRequired() || setup.awaitsRegistration());
    }

    /** Whether it is not known yet that somebody is a worker. */
    boolean isStranger(ConnectionSetup setup) {
        return tokens.areRequired() && !setup.isConnected();
    }

    /** Whether a frame is processed now; if not, the connection has been ended. */
    boolean admits(WorkerConnection connection, FrameType type) {
        if (!isStranger(connection.setup()) || !needsConnect(type)) {
            return true;
        }
        refuse(connection, CloseCause.CONNECT_REQUIRED);
        return false;
    }

    /** Answers Connect: the token first, then the versions. */
    void connect(WorkerConnection connection, Connect connect) {
        if (connection.setup().isConnected()) {
            refuse(connection, CloseCause.SECOND_CONNECT);
            return;
        }
        String principal = tokens.principalOf(connect.authToken());
        if (tokens.areRequired() && principal == null) {
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
        connection.setup().onConnected();
        connection.facts().onAuthenticated(principal);
        connection.reply(new ConnectAck(0, version, 0));
    }

    private static boolean needsConnect(FrameType type) {
        return switch (type) {
            case WORKER_REGISTER,
                    PUSH_REPLY,
                    PUBLISH,
                    SUBSCRIBE,
                    UNSUBSCRIBE,
                    ACCEPT,
                    DEFER,
                    REJECT,
                    CONVERSATION_OPEN,
                    CONVERSATION_MESSAGE,
                    CONVERSATION_CLOSE,
                    LINK_OPEN ->
                    true;
            case CONNECT,
                    CONNECT_ACK,
                    CONNECT_ERROR,
                    DISCONNECT,
                    DISCONNECT_REASON,
                    SUBSCRIBE_ACK,
                    SUBSCRIBE_ERROR,
                    PUBLISH_ACK,
                    PUBLISH_ERROR,
                    CONVERSATION_ERROR,
                    PING,
                    PONG,
                    PUSH,
                    WORKER_REGISTER_ACK,
                    DELIVER,
                    LINK_OPEN_ACK,
                    LINK_MESSAGE,
                    UNKNOWN ->
                    false;
        };
    }

    private static void refuse(
            WorkerConnection connection, CloseCause cause, ReasonCode reason, String message) {
        connection.reply(new ConnectError(0, reason.code(), message));
        refuse(connection, cause);
    }

    private static void refuse(WorkerConnection connection, CloseCause cause) {
        connection.refuse(FrameRefusal.NOT_ALLOWED_IN_STATE, cause, cause.reason());
    }
}
