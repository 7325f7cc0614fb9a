package dev.frontdoor.logging;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Bounds how often the service logs the same. The first lines about one thing and one peer are
 * logged as they are. Further ones are counted, and logged as one line at the end of an interval.
 * Used by any thread.
 */
public final class RepeatedLines {

    /** The time from the first line to the line that counts the rest. */
    public static final Duration INTERVAL = Duration.ofSeconds(10);

    /** How many things and peers of one kind are told apart at a time. */
    public static final int MAX_KEYS = 1000;

    private static final String OTHERS = "others";
    private static final Logger log = LoggerFactory.getLogger(RepeatedLines.class);

    private final BiConsumer<Duration, Runnable> timer;
    private final Map<Kind, Map<Key, Integer>> counts = new EnumMap<>(Kind.class);

    /**
     * Counts lines.
     *
     * @param timer runs an action after a delay
     */
    public RepeatedLines(BiConsumer<Duration, Runnable> timer) {
        this.timer = timer;
    }

    /** How much of a thing is logged. */
    public enum Kind {
        /** It lasts, and a second line says nothing new. */
        CONDITION(1, Level.WARN),
        /** A peer of good will does not cause it. */
        FAULT(10, Level.WARN),
        /** Something fails for many peers at once. */
        FAILURE(100, Level.WARN),
        /** It belongs to ordinary operation. */
        EVENT(100, Level.INFO);

        private final int maxLines;
        private final Level summary;

        Kind(int maxLines, Level summary) {
            this.maxLines = maxLines;
            this.summary = summary;
        }

        /** How many lines about one thing and one peer are logged in an interval. */
        public int maxLines() {
            return maxLines;
        }
    }

    /**
     * Logs a line, or counts it.
     *
     * @param what what the line is about, in the plural; one of a few texts of our own
     * @param whose the peer, or the part of the service that the line is about
     * @param line writes the line; not called if it is only counted
     */
    public void log(Kind kind, String what, String whose, Runnable line) {
        if (count(kind, what, whose)) {
            line.run();
        }
    }

    /** Counts a line. Returns whether it is logged, too. */
    private synchronized boolean count(Kind kind, String what, String whose) {
        Key own = new Key(kind, what, whose);
        Map<Key, Integer> ofKind = counts.computeIfAbsent(kind, _ -> new HashMap<>());
        boolean room = ofKind.size() < MAX_KEYS || ofKind.containsKey(own);
        Key key = room ? own : new Key(kind, what, OTHERS);
        int count = ofKind.merge(key, 1, Integer::sum);
        if (count == 1) {
            timer.accept(INTERVAL, () -> logCount(key));
        }
        return count <= kind.maxLines;
    }

    private void logCount(Key key) {
        int more = remove(key) - key.kind.maxLines;
        if (more > 0) {
            log.atLevel(key.kind.summary)
                    .log(
                            "{} more {} of {} within {} s",
                            more,
                            key.what,
                            key.whose,
                            INTERVAL.toSeconds());
        }
    }

    private synchronized int remove(Key key) {
        Map<Key, Integer> ofKind = counts.getOrDefault(key.kind, new HashMap<>());
        Integer count = ofKind.remove(key);
        return count == null ? 0 : count;
    }

    private record Key(Kind kind, String what, String whose) {}
}
