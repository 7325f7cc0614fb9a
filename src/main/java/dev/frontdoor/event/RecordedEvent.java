package dev.frontdoor.event;

import java.time.Instant;

/**
 * An event in the log.
 *
 * @param sequence its number; the first one of a process has 1, each next one has one more
 */
public record RecordedEvent(long sequence, Instant at, Event event) {}
