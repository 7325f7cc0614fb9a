package dev.frontdoor.connection;

import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.Departure;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * The record of a connection that has ended.
 *
 * @param connection what was known of it at its end
 * @param identity the identity its worker was registered with, or declared last if it never was,
 *     truncated and escaped; null if it declared none
 * @param registeredAt since when its last registration was in force; null if it had none
 * @param registeredFor how long that registration was in force; null if there was none. Dates do
 *     not tell, because the clock may have been set in between
 * @param departure how it ended
 */
public record DepartedWorker(
        ConnectionFacts connection,
        @Nullable String identity,
        @Nullable Instant registeredAt,
        @Nullable Duration registeredFor,
        Departure departure) {

    /** The connection's number. */
    public long pid() {
        return connection.pid();
    }
}
