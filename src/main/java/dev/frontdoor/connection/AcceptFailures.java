package dev.frontdoor.connection;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;

/**
 * Logs that connections cannot be accepted, above all for lack of file descriptors. Used by any
 * thread.
 */
final class AcceptFailures {

    /** The time until the next try, which at once would most likely fail, too. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(AcceptFailures.class);

    private final RepeatedLines lines;

    AcceptFailures(RepeatedLines lines) {
        this.lines = lines;
    }

    /** Logs or counts a failure to accept connections on a port. */
    void log(int port, Throwable failure) {
        String whose = "port " + port;
        if (failure instanceof IOException) {
            lines.log(
                    Kind.CONDITION,
                    "failures to accept",
                    whose,
                    () ->
                            log.warn(
                                    "cannot accept connections on port {}: {}",
                                    port,
                                    failure.getMessage()));
        } else {
            lines.log(
                    Kind.CONDITION,
                    "faults in accepting",
                    whose,
                    () -> log.error("cannot accept connections on port {}", port, failure));
        }
    }
}
