package dev.frontdoor.connection;

import java.util.Locale;

/** Who ended a connection. */
public enum Initiator {
    WORKER,
    SERVICE,
    OPERATOR,
    NETWORK;

    /** The name in logs and responses. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
