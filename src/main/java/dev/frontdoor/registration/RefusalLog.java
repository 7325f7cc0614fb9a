package dev.frontdoor.registration;

import dev.frontdoor.invocation.thread.Timeouts;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Logs what the service refuses, without letting a peer fill the log. The first lines about an
 * address are logged as they are. Further lines about the same thing are counted, and logged as one
 * line at the end of an interval. Used by any thread.
 */
public final class RefusalLog {

    /** How many lines about one thing are logged for each address in an interval. */
    static final int MAX_LINES = 10;

    /** The time from the first line to the line that counts the rest. */
    static final Duration INTERVAL = Duration.ofSeconds(10);

    /** How many addresses and things are told apart at a time. */
    static final int MAX_KEYS = 1000;

    private static final String OTHER_ADDRESSES = "other addresses";
    private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);

    private final Timeouts timeouts;
    private final Map<Key, Integer> lines = new HashMap<>();

    public RefusalLog(Timeouts timeouts) {
        this.timeouts = timeouts;
    }

    /**
     * Logs a line, or counts it.
     *
     * @param what what the line is about, in the plural; one of a few texts of our own
     * @param remoteAddress the peer, as {@code host:port} or {@code host}
     * @param line writes the line; not called if it is only counted
     */
    public void log(String what, String remoteAddress, Runnable line) {
        if (countLine(new Key(what, RemoteAddress.host(remoteAddress)))) {
            line.run();
        }
    }

    /** Counts a line. Returns whether it is logged, too. */
    private synchronized boolean countLine(Key own) {
        boolean room = lines.size() < MAX_KEYS || lines.containsKey(own);
        Key key = room ? own : new Key(own.what, OTHER_ADDRESSES);
        int count = lines.merge(key, 1, Integer::sum);
        if (count == 1) {
            var _ = timeouts.after(INTERVAL, () -> logCount(key));
        }
        return count <= MAX_LINES;
    }

    private void logCount(Key key) {
        int more = remove(key) - MAX_LINES;
        if (more > 0) {
            log.warn(
                    "{} more {} of {} within {} s", more, key.what, key.host, INTERVAL.toSeconds());
        }
    }

    private synchronized int remove(Key key) {
        Integer count = lines.remove(key);
        return count == null ? 0 : count;
    }

    private record Key(String what, String host) {}
}
