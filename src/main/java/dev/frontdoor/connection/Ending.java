package dev.frontdoor.connection;

import dev.frontdoor.registration.Refusal;

/**
 * How a connection ended.
 *
 * @param code the close code the worker got; 1006 if the connection broke without one
 * @param by who ended it
 * @param reason the close reason, or what broke
 */
record Ending(int code, By by, String reason) {

    /** The code of a connection that broke. */
    static final int BROKEN_CODE = 1006;

    private static final int NORMAL_CODE = 1000;

    /** Who ended a connection. */
    enum By {
        WORKER,
        SERVICE,
        NETWORK
    }

    static Ending byWorker(String how) {
        return new Ending(NORMAL_CODE, By.WORKER, how);
    }

    static Ending refused(Refusal refusal, String reason) {
        return new Ending(refusal.code(), By.SERVICE, reason);
    }

    static Ending broken(String how) {
        return new Ending(BROKEN_CODE, By.NETWORK, how);
    }
}
