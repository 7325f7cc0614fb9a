package dev.frontdoor.event;

import dev.frontdoor.notifier.Departure;

import java.time.Instant;

/**
 * How a connection ended, in an event.
 *
 * @param code the close code
 * @param by who ended it: {@code worker}, {@code service}, {@code operator} or {@code network}
 * @param reason why, truncated and escaped
 */
public record DepartureEntry(int code, String by, String reason, Instant endedAt) {

    /** The entry of a departure. */
    public static DepartureEntry of(Departure departure) {
        return new DepartureEntry(
                departure.code(),
                departure.initiator().label(),
                departure.reason(),
                departure.endedAt());
    }
}
