package dev.frontdoor.directory;

import org.jspecify.annotations.Nullable;

/**
 * What Redis knows of an epoch. Times are those of Redis, in milliseconds.
 *
 * @param now the time of the answer
 * @param expires when the lease ends
 * @param renewed when the lease was last renewed
 * @param version of the instance's software
 * @param draining whether the instance accepts no further worker
 * @param clockOffset milliseconds to add to the instance's clock for that of Redis
 * @param ended whether it was claimed, or left by its instance
 * @param entries how many workers it has
 * @param changes the number of its last change
 */
record Facts(
        long now,
        long expires,
        long renewed,
        String version,
        boolean draining,
        long clockOffset,
        boolean ended,
        long entries,
        long changes) {

    /** The facts in a reply; null if there is no such epoch. */
    static @Nullable Facts of(Reply reply) {
        return reply.state().equals("OK")
                ? new Facts(
                        reply.number(1),
                        reply.number(2),
                        reply.number(3),
                        reply.text(4),
                        reply.number(5) != 0,
                        reply.number(6),
                        reply.number(7) != 0,
                        reply.number(8),
                        reply.number(9))
                : null;
    }

    boolean isLive() {
        return !ended && expires > now;
    }
}
