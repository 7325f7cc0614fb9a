package dev.frontdoor.tcp;

import dev.frontdoor.connection.drain.ConnectionAdmission;
import dev.frontdoor.invocation.Labeled;

/** Why a connection to the TCP port ended before it was a worker's. */
enum EntryRefusal implements Labeled {
    STARTING,
    OVERLOADED,
    DRAINING,
    /** The worker's certificate names no principal that may connect. */
    BAD_CERTIFICATE,
    /** The peer closed it without having sent a byte, as the checks of load balancers do. */
    SILENT,
    /** The first byte took too long, TLS included. */
    TOO_SLOW,
    /** TLS failed, or the connection was reset. */
    BROKEN;

    static EntryRefusal of(ConnectionAdmission.Refusal refusal) {
        return switch (refusal) {
            case STARTING -> STARTING;
            case OVERLOADED -> OVERLOADED;
            case DRAINING -> DRAINING;
        };
    }
}
