package dev.frontdoor.registration;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;

/**
 * The log lines that a peer causes, counted for each address, so that none can fill the log. Used
 * by any thread.
 */
public final class RefusalLog {

    private final RepeatedLines lines;

    public RefusalLog(RepeatedLines lines) {
        this.lines = lines;
    }

    /**
     * Logs a line about a refusal or a fault, or counts it.
     *
     * @param what what the line is about, in the plural; one of a few texts of our own
     * @param remoteAddress the peer, as {@code host:port} or {@code host}
     * @param line writes the line; not called if it is only counted
     */
    public void log(String what, String remoteAddress, Runnable line) {
        lines.log(Kind.FAULT, what, RemoteAddress.host(remoteAddress), line);
    }

    /** Logs a line about what peers of good will do too, or counts it. */
    public void logEvent(String what, String remoteAddress, Runnable line) {
        lines.log(Kind.EVENT, what, RemoteAddress.host(remoteAddress), line);
    }
}
