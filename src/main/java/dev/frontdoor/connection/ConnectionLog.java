package dev.frontdoor.connection;

import dev.frontdoor.invocation.WorkerMdc;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.ConnectionOrigin;
import dev.frontdoor.registration.RefusalLog;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log lines of one connection. Belongs to its event loop. */
final class ConnectionLog {

    private static final Logger log = LoggerFactory.getLogger(WorkerConnection.class);

    private final long pid;
    private final String remoteAddress;
    private final RefusalLog refusals;
    private @Nullable String identity;

    ConnectionLog(ConnectionOrigin origin, RefusalLog refusals) {
        this.pid = origin.pid();
        this.remoteAddress = origin.remoteAddress();
        this.refusals = refusals;
    }

    /** From now on the lines have this identity. */
    void identify(String identity) {
        this.identity = identity;
    }

    void received(FrameType type, int size) {
        frame("received", type, size);
    }

    void sending(FrameType type, int size) {
        frame("sending", type, size);
    }

    /** The worker is at fault. */
    void refused(CloseCause cause, String reason) {
        refusals.log(
                "connections closed with code " + cause.code(),
                remoteAddress,
                () -> logRefused(cause, reason));
    }

    private void logRefused(CloseCause cause, String reason) {
        try (WorkerMdc _ = WorkerMdc.of(pid, identity)) {
            log.warn(
                    "pid {}: closing the connection of {} with code {}: {}",
                    pid,
                    remoteAddress,
                    cause.code(),
                    DisplayText.of(reason));
        }
    }

    /** The service is at fault. */
    void failed(Throwable cause) {
        refusals.log("failed connections", remoteAddress, () -> logFailed(cause));
    }

    private void logFailed(Throwable cause) {
        try (WorkerMdc _ = WorkerMdc.of(pid, identity)) {
            log.error("pid {}: the connection failed", pid, cause);
        }
    }

    private void frame(String what, FrameType type, int size) {
        if (log.isDebugEnabled()) {
            try (WorkerMdc _ = WorkerMdc.of(pid, identity)) {
                log.debug("pid {}: {} {} of {} bytes", pid, what, type, size);
            }
        }
    }
}
