package dev.frontdoor.notifier;

import java.time.Instant;
import java.util.Locale;

/**
 * The progress of an eviction. Immutable; no component is null.
 *
 * @param state whether it is in progress, or how it ended
 * @param selected number of workers that were chosen when it began
 * @param remaining how many of them are still connected, or were when it ended
 * @param startedAt when it began
 * @param deadline when the last of their connections is closed
 */
public record EvictionProgress(
        State state, int selected, int remaining, Instant startedAt, Instant deadline) {

    /** What has become of an eviction. */
    public enum State {
        /** It is in progress. */
        RUNNING,
        /** All connections were closed. */
        FINISHED,
        /** It was canceled. */
        CANCELED,
        /** A drain has begun, which closes all connections. */
        SUPERSEDED;

        /** The name in lower case. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
