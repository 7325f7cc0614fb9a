package dev.frontdoor.connection;

import dev.frontdoor.protocol.Frame.DisconnectReason;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.registration.CloseCause;

/** The end of a connection whose worker may no longer do what it does. */
final class Revocation {

    private Revocation() {}

    /** Ends a connection. A worker of version 1.3 learns first that a grant was revoked. */
    static void end(WorkerConnection connection, String reason) {
        if (connection.setup().speaks(ProtocolVersion.V1_3)) {
            connection.reply(new DisconnectReason(0, DisconnectReason.Reason.GRANT_REVOKED));
        }
        connection.end(CloseCause.CREDENTIAL_REVOKED, reason);
    }
}
