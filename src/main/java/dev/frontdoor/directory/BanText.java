package dev.frontdoor.directory;

import dev.frontdoor.notifier.Ban;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.time.Instant;

/**
 * What Redis keeps of a ban beside its identity and its end: JSON with short names.
 *
 * @param r the reason
 * @param s since when, in milliseconds
 * @param u until when, for display
 * @param x whether connections are closed too
 * @param n the instance on which it was made
 */
record BanText(String r, long s, long u, boolean x, String n) {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    static String write(Ban ban, boolean disconnects) {
        return MAPPER.writeValueAsString(
                new BanText(
                        ban.reason(),
                        ban.since().toEpochMilli(),
                        ban.until().toEpochMilli(),
                        disconnects,
                        ban.instance()));
    }

    static BanText read(String text) {
        return MAPPER.readValue(text, BanText.class);
    }

    Ban ban(String identity) {
        return new Ban(identity, r, Instant.ofEpochMilli(s), Instant.ofEpochMilli(u), n);
    }
}
