package dev.frontdoor.connection;

import dev.frontdoor.registration.CloseCause;

/**
 * What is looked at regularly on one connection: its timeouts, whether its worker's proof still
 * holds, and whether the worker lives. Belongs to the connection's event loop.
 */
final class PeriodicCheck {

    private final WorkerConnection connection;
    private final FrameDispatcher dispatcher;
    private final ConnectionTimeouts timeouts;
    private final OutboundFrames outbound;
    private final Transport transport;
    private final ConnectionFailures failures;

    PeriodicCheck(
            WorkerConnection connection,
            FrameDispatcher dispatcher,
            ConnectionTimeouts timeouts,
            OutboundFrames outbound,
            Transport transport,
            ConnectionFailures failures) {
        this.connection = connection;
        this.dispatcher = dispatcher;
        this.timeouts = timeouts;
        this.outbound = outbound;
        this.transport = transport;
        this.failures = failures;
    }

    /** Ends the connection if it is time to, and pings a silent worker. */
    void run() {
        ConnectionSetup setup = connection.setup();
        CloseCause overdue =
                timeouts.overdue(
                        dispatcher.awaitsConnect(setup),
                        setup.awaitsRegistration(),
                        () -> dispatcher.stopPushes(connection.pid()));
        CloseCause cause = overdue == null ? setup.endOfProof() : overdue;
        if (cause != null) {
            end(cause);
        } else if (outbound.isToBeDropped()) {
            failures.memoryNeeded();
        } else if (timeouts.pingDue() && transport.ping()) {
            timeouts.onPing();
            connection.facts().onPing();
        }
    }

    private void end(CloseCause cause) {
        if (cause == CloseCause.CREDENTIAL_REVOKED) {
            Revocation.end(connection, cause.reason());
        } else {
            connection.end(cause, cause.reason());
        }
    }
}
