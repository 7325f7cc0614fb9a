package dev.frontdoor.connection;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;

/**
 * Logs that connections cannot be accepted, above all for lack of file descriptors. They wait until
 * they can. Used by any thread.
 */
final class AcceptFailures {

    /** No further try follows for so long, since it would most likely fail, too. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(AcceptFailures.class);

    private final RepeatedLines lines;

    AcceptFailures(RepeatedLines lines) {
        this.lines = lines;
    }

    /** Logs or counts a failure to accept connections on a port. */
    void log(int port, Throwable failure) {
        String line = "cannot accept connections on port {}: {}";
        lines.log(
                Kind.CONDITION,
                "failures to accept connections",
                "port " + port,
                () -> {
                    if (failure instanceof IOException) {
                        log.warn(line, port, failure.getMessage());
                    } else {
                        log.error(line, port, failure.toString(), failure);
                    }
                });
    }
}
