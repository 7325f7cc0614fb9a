package dev.frontdoor.connection;

/**
 * How far a worker has come: what it has sent, and what was accepted of it. Belongs to the
 * connection's event loop.
 */
final class ConnectionSetup {

    /** The largest message of a worker that has not proved anything yet. */
    private static final int MAX_FIRST_MESSAGE_SIZE = 64 * 1024;

    private final int maxMessageSize;
    private boolean connected;
    private boolean registering;
    private boolean registered;

    /**
     * A worker that has just connected.
     *
     * @param maxMessageSize the largest message of a worker that has proved itself, in bytes
     */
    ConnectionSetup(int maxMessageSize) {
        this.maxMessageSize = maxMessageSize;
    }

    /** Connect has succeeded. */
    void onConnected() {
        connected = true;
    }

    /** A WorkerRegister has arrived, whatever its outcome. */
    void onRegistering() {
        registering = true;
    }

    /** A registration was accepted. */
    void onRegistered() {
        registered = true;
    }

    boolean isConnected() {
        return connected;
    }

    boolean awaitsRegistration() {
        return !registering;
    }

    /** The largest message accepted now, in bytes: section 3 of the protocol. */
    int maxMessageSize() {
        boolean proven = connected || registered;
        return proven ? maxMessageSize : Math.min(maxMessageSize, MAX_FIRST_MESSAGE_SIZE);
    }
}
