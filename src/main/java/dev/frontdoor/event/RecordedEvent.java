package dev.frontdoor.event;

import java.time.Instant;

/**
 * An event in the log.
 *
 * @param sequence its number; the first one of a process has 1, each next one has one more
 */
public record RecordedEvent(long sequence, Instant at, Event event) {

    /** More than what an event takes up without its texts. */
    private static final int OVERHEAD = 200;

    /** About how many bytes it takes up on the heap. */
    int size() {
        return OVERHEAD + event.size();
    }
}
