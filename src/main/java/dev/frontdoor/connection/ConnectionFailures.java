package dev.frontdoor.connection;

import dev.frontdoor.registration.CloseCause;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** Ends a connection on whose event loop something was thrown. Belongs to that event loop. */
final class ConnectionFailures {

    /** How Netty's native transport separates a system call from its error. */
    private static final String FAILED_CALL = "(..) failed: ";

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
        Throwable cause = causeOf(thrown);
        if (cause instanceof IOException) {
            connection.broken("the connection broke" + detail(cause.getMessage()));
            transport.abort();
        } else if (!(cause instanceof OutOfMemoryError)) {
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

    /** A decoder wraps what it catches. */
    private static Throwable causeOf(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return cause instanceof IOException || cause instanceof OutOfMemoryError ? cause : thrown;
    }

    /** What the operating system says, without the name of the system call and what is known. */
    private static String detail(@Nullable String message) {
        if (message == null) {
            return "";
        }
        int call = message.indexOf(FAILED_CALL);
        String error = call < 0 ? message : message.substring(call + FAILED_CALL.length());
        return ": " + error.replaceFirst("^Connection ", "");
    }
}
