package dev.frontdoor.directory;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The text of a worker in Redis: its rank, and JSON with short names, of which the scripts read
 * those that are indexed. A rank is the time of the registration and the pid, both in base 36 and
 * with a fixed length, so that the order of ranks is that of texts.
 *
 * @param n namespaces
 * @param q task queue
 * @param d node
 * @param a activity types
 * @param i identity
 * @param l labels
 * @param x the names of the indexed labels
 * @param h holders
 * @param r remote address
 * @param t transport
 * @param p principal
 * @param u user agent
 * @param c when it was connected, in milliseconds
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Entry(
        @Nullable List<String> n,
        @JsonInclude(JsonInclude.Include.NON_NULL) String q,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String d,
        @Nullable List<String> a,
        @JsonInclude(JsonInclude.Include.NON_NULL) String i,
        @Nullable Map<String, String> l,
        @Nullable List<String> x,
        @Nullable List<String> h,
        @Nullable String r,
        @Nullable String t,
        @Nullable String p,
        @Nullable String u,
        long c) {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private static final int TIME_LENGTH = 9;
    private static final int PID_LENGTH = 8;
    private static final int RANK_LENGTH = TIME_LENGTH + PID_LENGTH;

    /** The rank of a worker. */
    static String rank(long millis, long pid) {
        return padded(Math.max(millis, 0), TIME_LENGTH) + padded(pid, PID_LENGTH);
    }

    /** The pid at the end of a rank. */
    static long pidOf(String rank) {
        return Long.parseLong(rank.substring(TIME_LENGTH, RANK_LENGTH), Character.MAX_RADIX);
    }

    /** The text of a worker. */
    static byte[] write(FleetWorker worker, List<String> indexedLabels) {
        WorkerRegistration registration = worker.registration();
        Entry entry =
                new Entry(
                        registration.namespaces(),
                        registration.taskQueue(),
                        registration.node(),
                        registration.activityTypes(),
                        registration.identity(),
                        new TreeMap<>(worker.labels()),
                        indexedLabels,
                        worker.holders(),
                        worker.remoteAddress(),
                        worker.transport(),
                        worker.principal(),
                        worker.userAgent(),
                        worker.connectedAt().toEpochMilli());
        byte[] json = MAPPER.writeValueAsBytes(entry);
        byte[] rank =
                rank(worker.registeredAt().toEpochMilli(), worker.pid())
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] text = new byte[rank.length + json.length];
        System.arraycopy(rank, 0, text, 0, rank.length);
        System.arraycopy(json, 0, text, rank.length, json.length);
        return text;
    }

    /**
     * The worker of an instance that a text describes.
     *
     * @throws IllegalArgumentException if it describes none
     */
    static FleetWorker read(String instance, byte[] text) {
        String rank =
                new String(text, 0, Math.min(text.length, RANK_LENGTH), StandardCharsets.US_ASCII);
        try {
            long registered = Long.parseLong(rank.substring(0, TIME_LENGTH), Character.MAX_RADIX);
            Entry entry =
                    MAPPER.readValue(text, RANK_LENGTH, text.length - RANK_LENGTH, Entry.class);
            return new FleetWorker(
                    instance,
                    pidOf(rank),
                    new WorkerRegistration(
                            orEmpty(entry.n),
                            Objects.requireNonNullElse(entry.q, ""),
                            entry.d,
                            orEmpty(entry.a),
                            Objects.requireNonNullElse(entry.i, ""),
                            List.of()),
                    orEmpty(entry.h),
                    Objects.requireNonNullElse(entry.r, ""),
                    Objects.requireNonNullElse(entry.t, ""),
                    entry.p,
                    entry.u,
                    Objects.requireNonNullElse(entry.l, Map.of()),
                    Instant.ofEpochMilli(entry.c),
                    Instant.ofEpochMilli(registered));
        } catch (JacksonException | IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "an entry of instance %s is damaged".formatted(instance), e);
        }
    }

    private static List<String> orEmpty(@Nullable List<String> values) {
        return Objects.requireNonNullElse(values, List.of());
    }

    private static String padded(long number, int length) {
        String digits = Long.toString(number, Character.MAX_RADIX);
        return "0".repeat(Math.max(length - digits.length(), 0)) + digits;
    }
}
