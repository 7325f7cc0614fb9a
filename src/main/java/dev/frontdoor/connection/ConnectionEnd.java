package dev.frontdoor.connection;

import dev.frontdoor.registration.CloseCause;

/**
 * How a connection ended.
 *
 * @param code the close code the worker got; 1006 if the connection broke without one
 * @param initiator who ended it
 * @param reason the close reason, or what broke
 */
public record ConnectionEnd(int code, Initiator initiator, String reason) {

    /** The code of a connection that broke. */
    static final int BROKEN_CODE = 1006;

    /** The code of a connection that its worker ended. */
    static final int NORMAL_CODE = 1000;

    static ConnectionEnd byWorker(String how) {
        return new ConnectionEnd(NORMAL_CODE, Initiator.WORKER, how);
    }

    static ConnectionEnd byService(CloseCause cause, String reason) {
        Initiator initiator =
                cause == CloseCause.DISCONNECTED ? Initiator.OPERATOR : Initiator.SERVICE;
        return new ConnectionEnd(cause.code(), initiator, reason);
    }

    static ConnectionEnd broken(String how) {
        return new ConnectionEnd(BROKEN_CODE, Initiator.NETWORK, how);
    }
}
