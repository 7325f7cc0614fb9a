package dev.frontdoor.connection;

import dev.frontdoor.auth.AuthenticationResult;
import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.auth.AuthenticationResult.Unavailable;
import dev.frontdoor.auth.AuthenticationService;
import dev.frontdoor.notifier.Credentials;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.ConnectionOrigin;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.PrincipalRules;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * Decides who is connected: answers Connect, and says which frames need one first. Called on the
 * connection's event loop.
 */
final class ConnectHandshake {

    private final AuthenticationService authentication;
    private final Connections connections;
    private final LiveTable table;
    private final PrincipalRules rules;

    ConnectHandshake(
            AuthenticationService authentication,
            Connections connections,
            LiveTable table,
            PrincipalRules rules) {
        this.authentication = authentication;
        this.connections = connections;
        this.table = table;
        this.rules = rules;
    }

    /** Whether the connect timeout applies to a worker. */
    boolean isAwaitedFrom(ConnectionSetup setup) {
        return !setup.isConnected()
                && !setup.isAuthenticating()
                && (isStranger(setup) || setup.awaitsRegistration());
    }

    /** Whether it is not known yet that somebody is a worker. */
    boolean isStranger(ConnectionSetup setup) {
        return authentication.isRequired() && !setup.isProven();
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
        Principal known = connection.facts().principal();
        if (!connection.setup().isConnected()) {
            if (isStranger(connection.setup())) {
                authenticate(connection, connect, null);
            } else {
                answer(connection, connect);
            }
        } else if (known != null && authentication.mayRenew(known)) {
            authenticate(connection, connect, known);
        } else {
            refuse(connection, CloseCause.SECOND_CONNECT);
        }
    }

    /**
     * Checks a token.
     *
     * @param known whose token it must be; null if that is not known yet
     */
    private void authenticate(
            WorkerConnection connection, Connect connect, @Nullable Principal known) {
        AuthenticationResult result =
                authentication.authenticate(
                        credentials(connection, connect.authToken()),
                        connection::isOpen,
                        later ->
                                connection
                                        .inbound()
                                        .endHold(
                                                () -> conclude(connection, connect, known, later)));
        if (result == null) {
            connection.inbound().hold();
        } else {
            conclude(connection, connect, known, result);
        }
    }

    private static Credentials credentials(WorkerConnection connection, Bytes token) {
        ConnectionOrigin origin = connection.facts().origin();
        return new Credentials(
                token.size() == 0 ? null : new String(token.toByteArray(), StandardCharsets.UTF_8),
                connection.certificates(),
                origin.remoteAddress(),
                origin.userAgent());
    }

    private void conclude(
            WorkerConnection connection,
            Connect connect,
            @Nullable Principal known,
            AuthenticationResult result) {
        switch (result) {
            case Accepted accepted -> {
                boolean stays =
                        known == null
                                ? connections.prove(connection, accepted)
                                : renew(connection, known, accepted);
                if (stays) {
                    answer(connection, connect);
                }
            }
            case Refused refused -> refuse(connection, refused.reason());
            case Unavailable _ -> {
                // Until it expires, what the worker has proved before still holds.
                String reason =
                        known == null
                                ? CloseCause.CANNOT_AUTHENTICATE.reason()
                                : "the token cannot be checked now; try again after a pause";
                connection.reply(new ConnectError(0, ReasonCode.OTHER.code(), reason));
                if (known == null) {
                    connection.end(CloseCause.CANNOT_AUTHENTICATE, reason);
                }
            }
        }
    }

    /** Replaces what a worker has proved itself by. Returns whether its connection goes on. */
    private boolean renew(WorkerConnection connection, Principal known, Accepted accepted) {
        Principal fresh = accepted.principal();
        if (fresh.kind() != known.kind() || !fresh.name().equals(known.name())) {
            refuse(connection, "it is the token of another principal");
            return false;
        }
        connections.renew(connection, accepted);
        String violation =
                table.find(connection.pid())
                        .map(worker -> rules.violation(worker.registration(), fresh))
                        .orElse(null);
        if (violation != null) {
            Revocation.end(connection, violation);
        }
        return violation == null;
    }

    private static void answer(WorkerConnection connection, Connect connect) {
        ProtocolVersion version =
                ProtocolVersion.highestWithin(connect.minVersion(), connect.maxVersion());
        if (version == null) {
            refuse(
                    connection,
                    CloseCause.NO_COMMON_VERSION,
                    ReasonCode.NO_COMMON_VERSION,
                    "this service speaks 1.0 to 1.3, the worker %s to %s"
                            .formatted(connect.minVersion(), connect.maxVersion()),
                    CloseCause.NO_COMMON_VERSION.reason());
            return;
        }
        connection.setup().onConnected(version);
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
            WorkerConnection connection,
            CloseCause cause,
            ReasonCode code,
            String message,
            String logged) {
        connection.reply(new ConnectError(0, code.code(), message));
        connection.refuse(FrameRefusal.NOT_ALLOWED_IN_STATE, cause, cause.reason(), logged);
    }

    /** Refuses a token. The reason is for the log alone. */
    private static void refuse(WorkerConnection connection, String reason) {
        refuse(
                connection,
                CloseCause.BAD_TOKEN,
                ReasonCode.AUTHENTICATION_FAILED,
                "the token is not accepted",
                CloseCause.BAD_TOKEN.reason() + ": " + reason);
    }

    private static void refuse(WorkerConnection connection, CloseCause cause) {
        connection.refuse(FrameRefusal.NOT_ALLOWED_IN_STATE, cause, cause.reason());
    }
}
