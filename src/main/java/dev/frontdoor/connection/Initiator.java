package dev.frontdoor.connection;

import dev.frontdoor.invocation.Labeled;

/** Who ended a connection. */
public enum Initiator implements Labeled {
    WORKER,
    SERVICE,
    OPERATOR,
    NETWORK;
}
