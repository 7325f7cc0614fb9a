package dev.frontdoor.worker;

/** The states of a {@link Worker}. */
public enum State {
    /** Not started. */
    IDLE,
    /** From the name look-up to the answer to Connect. */
    CONNECTING,
    /** Connect was acknowledged, and no registration of this connection was accepted yet. */
    REGISTERING,
    /** The service accepted a registration on this connection. */
    REGISTERED,
    /** Pausing before the next connection. */
    WAITING,
    /** {@link Worker#stop()} was called, and open pushes are being finished. */
    STOPPING,
    /** The end after {@link Worker#stop()}. */
    STOPPED,
    /** The end because coming back is of no use. */
    FAILED
}
