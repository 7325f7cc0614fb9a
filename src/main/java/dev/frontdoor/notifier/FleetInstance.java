package dev.frontdoor.notifier;

import java.time.Instant;

/**
 * An instance, as the directory knows it.
 *
 * @param name the process, as {@code <place>/<start>}
 * @param epoch the number of its present stay in the directory; it increases when the instance
 *     enters its workers anew
 * @param live whether its lease is live; its workers are shown only then
 * @param renewedAt when it last renewed its lease, by the clock of Redis
 * @param expiresAt when its lease ends, by the clock of Redis
 * @param version the version of its software
 * @param schema the version of the directory's schema that it writes
 * @param workers how many workers it has entered
 * @param draining whether it accepts no further worker
 */
public record FleetInstance(
        String name,
        long epoch,
        boolean live,
        Instant renewedAt,
        Instant expiresAt,
        String version,
        int schema,
        long workers,
        boolean draining) {}
