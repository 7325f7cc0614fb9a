package dev.frontdoor.bench;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Reads the events of a service as a client does, and counts them. */
final class EventReader implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String DATA = "data: ";
    private static final int LIMIT_SECONDS = 120;

    private final Stream<String> lines;
    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch expected;
    private final long[] delays;

    /** The rest belongs to the thread that reads, until the last of the expected events. */
    private final Map<String, Integer> counts = new HashMap<>();

    private long sequence;
    private long skipped;
    private int read;

    private EventReader(Stream<String> lines, int events) {
        this.lines = lines;
        this.expected = new CountDownLatch(events);
        this.delays = new long[events];
    }

    /** Opens a stream, and waits until it has begun. */
    static EventReader open(Server server, int events) throws Exception {
        EventReader reader = new EventReader(server.stream("events"), events);
        Thread.ofPlatform().daemon().name("events").start(reader::read);
        await(reader.opened, "the stream has not begun");
        return reader;
    }

    private void read() {
        try {
            lines.filter(line -> line.startsWith(DATA))
                    .map(line -> JSON.readTree(line.substring(DATA.length())))
                    .forEach(this::count);
        } catch (UncheckedIOException _) {
            // The stream was closed, by the service or by this reader.
        } finally {
            for (int i = read; i < delays.length; i++) {
                expected.countDown();
            }
        }
    }

    private void count(JsonNode event) {
        long number = event.path("sequence").longValue(sequence);
        if (opened.getCount() > 0) {
            sequence = number;
            opened.countDown();
        } else if (number > sequence && read < delays.length) {
            skipped += number - sequence - 1;
            sequence = number;
            counts.merge(event.required("type").stringValue(), 1, Integer::sum);
            Instant at = Instant.parse(event.required("at").stringValue());
            delays[read++] = Duration.between(at, Instant.now()).toMillis();
            expected.countDown();
        }
    }

    /** Waits for the last of the expected events, or for the end of the stream. */
    void awaitAll() throws InterruptedException {
        await(expected, "events are missing");
        Arrays.sort(delays, 0, read);
    }

    int count(String type) {
        return counts.getOrDefault(type, 0);
    }

    /** Numbers that were left out, and events that had not come when the stream ended. */
    long missed() {
        return skipped + delays.length - read;
    }

    /** Milliseconds from an event to its reading, for that share of them. */
    long delay(double share) {
        return delays[(int) (Math.max(read - 1, 0) * share)];
    }

    private static void await(CountDownLatch latch, String problem) throws InterruptedException {
        if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(problem);
        }
    }

    @Override
    public void close() {
        lines.close();
    }
}
