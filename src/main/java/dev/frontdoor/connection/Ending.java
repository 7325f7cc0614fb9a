package dev.frontdoor.connection;

import dev.frontdoor.registration.Refusal;

import java.util.Locale;

/**
 * How a connection ended.
 *
 * @param code the close code the worker got; 1006 if the connection broke without one
 * @param by who ended it
 * @param reason the close reason, or what broke
 */
public record Ending(int code, By by, String reason) {

    /** The code of a connection that broke. */
    static final int BROKEN_CODE = 1006;

    private static final int NORMAL_CODE = 1000;

    /** Who ended a connection. */
    public enum By {
        WORKER,
        SERVICE,
        OPERATOR,
        NETWORK;

        /** The name in logs and answers. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Ending byWorker(String how) {
        return new Ending(NORMAL_CODE, By.WORKER, how);
    }

    static Ending refused(Refusal refusal, String reason) {
        By by = refusal == Refusal.DISCONNECTED ? By.OPERATOR : By.SERVICE;
        return new Ending(refusal.code(), by, reason);
    }

    static Ending broken(String how) {
        return new Ending(BROKEN_CODE, By.NETWORK, how);
    }
}
