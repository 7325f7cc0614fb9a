package dev.frontdoor.directory;

import dev.frontdoor.notifier.Ban;
import dev.frontdoor.notifier.SharedBans.SharedBan;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.time.Instant;

/**
 * A ban as this instance and Redis know it.
 *
 * @param end when it ends, in nanoseconds of the monotonic clock
 * @param text what Redis keeps of it beside its identity and its end
 */
record KnownBan(Ban ban, boolean disconnects, long end, String text) {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    /**
     * The text.
     *
     * @param r the reason
     * @param s since when, in milliseconds, for display
     * @param u until when, for display
     * @param x whether connections are closed too
     * @param n the instance on which it was made
     */
    private record Text(String r, long s, long u, boolean x, String n) {}

    /** A ban of this instance. */
    static KnownBan of(SharedBan shared, long now) {
        Ban ban = shared.ban();
        Text text =
                new Text(
                        ban.reason(),
                        ban.since().toEpochMilli(),
                        ban.until().toEpochMilli(),
                        shared.disconnects(),
                        ban.instance());
        return new KnownBan(
                ban,
                shared.disconnects(),
                now + shared.left().toNanos(),
                MAPPER.writeValueAsString(text));
    }

    /**
     * Reads a ban.
     *
     * @param value its end, a space, and the text
     * @param redisNow the time of Redis
     * @throws RuntimeException if it is malformed
     */
    static KnownBan read(String identity, String value, long redisNow, long now) {
        int space = value.indexOf(' ');
        long left = Long.parseLong(value.substring(0, space)) - redisNow;
        String json = value.substring(space + 1);
        Text text = MAPPER.readValue(json, Text.class);
        Ban ban =
                new Ban(
                        identity,
                        text.r,
                        Instant.ofEpochMilli(text.s),
                        Instant.ofEpochMilli(text.u),
                        text.n);
        return new KnownBan(ban, text.x, now + Duration.ofMillis(left).toNanos(), json);
    }

    /** The time until it ends. */
    Duration left(long now) {
        return Duration.ofNanos(end - now);
    }

    SharedBan shared(long now) {
        return new SharedBan(ban, disconnects, left(now));
    }
}
