package dev.frontdoor.connection;

import dev.frontdoor.registration.CloseCause;

import java.io.IOException;

/** Ends a connection on whose event loop something was thrown. Belongs to that event loop. */
final class ConnectionFailures {

    private final WorkerConnection connection;
    private final Transport transport;
    private final ConnectionLog log;

    ConnectionFailures(WorkerConnection connection, Transport transport, ConnectionLog log) {
        this.connection = connection;
        this.transport = transport;
        this.log = log;
    }

    /** Something was thrown. */
    void failed(Throwable thrown) {
        if (is(IOException.class, thrown)) {
            connection.broken(String.valueOf(thrown.getMessage()));
            transport.abort();
        } else if (!is(OutOfMemoryError.class, thrown)) {
            log.failed(thrown);
            connection.end(CloseCause.SERVICE_FAULT, CloseCause.SERVICE_FAULT.reason());
        } else if (connection.hasEnded()) {
            // There is not even memory for what the end takes.
            transport.abort();
        } else {
            refuse("the service is short of memory; reconnect after a pause");
        }
    }

    /** A message found no room in the budget. */
    void noRoom() {
        refuse(CloseCause.UNFINISHED_MESSAGES.reason());
    }

    /** The worker leaves much unread, and others need the memory. */
    void memoryNeeded() {
        connection.end(CloseCause.SLOW_READER, CloseCause.SLOW_READER.reason());
        // The close frame would wait behind what the worker leaves unread.
        transport.abort();
    }

    private void refuse(String reason) {
        connection.refuse(FrameRefusal.NO_MEMORY, CloseCause.UNFINISHED_MESSAGES, reason);
    }

    private static boolean is(Class<? extends Throwable> type, Throwable thrown) {
        return type.isInstance(thrown) || type.isInstance(thrown.getCause());
    }
}
