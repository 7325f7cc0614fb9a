package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Envelope;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.ConversationClose;
import dev.frontdoor.protocol.Frame.Defer;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.Subscribe;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.server.ServiceContext;

import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * No frame costs more than five times the CPU time of an ordinary one of its size. A seeded search
 * looks for frames that do.
 */
class FrameCostTests {

    /** Below the limit of one registration, so that size alone rejects nothing. */
    private static final int SIZE = 200_000;

    private static final double MAX_RATIO = 5;
    private static final int ROUNDS = 15;
    private static final int RANDOM_FRAMES = 150;
    private static final long SEED = 4;
    private static final String MATCH =
            "frontdoor.notifiers.beans.scriptedNotifier.match.namespaces";

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @AutoClose
    private final ServiceContext service =
            new ServiceContext(
                    "frontdoor.duplicate-identity=replace",
                    MATCH + "[0]=*aaaaaaaab*",
                    MATCH + "[1]=*aaaaaaaac",
                    MATCH + "[2]=default");

    private final ConnectedWorkers workers = new ConnectedWorkers(service);
    private final byte[] ordinary = FrameCodec.encode(ordinary());
    private int identities;

    @Test
    void noFrameCostsMuchMoreThanAnOrdinaryOneOfItsSize() {
        List<Candidate> frames = new ArrayList<>(knownAttacks());
        Random random = new Random(SEED);
        for (int i = 0; i < RANDOM_FRAMES; i++) {
            frames.add(randomFrame(random, i));
        }
        for (int i = 0; i < ROUNDS; i++) {
            long _ = cost(ordinary);
        }
        List<String> tooExpensive = new ArrayList<>();
        for (Candidate candidate : frames) {
            byte[] bytes = FrameCodec.encode(candidate.frame);
            double ratio = ratio(bytes, 1);
            if (ratio > MAX_RATIO) {
                ratio = ratio(bytes, ROUNDS);
            }
            if (ratio > MAX_RATIO) {
                tooExpensive.add("%s: %.1f times".formatted(candidate.name, ratio));
            }
        }
        assertThat(tooExpensive).isEmpty();
    }

    /** The cheapest of several runs of each; a busy machine only makes single runs dearer. */
    private double ratio(byte[] frame, int rounds) {
        long expensive = Long.MAX_VALUE;
        long cheap = Long.MAX_VALUE;
        for (int i = 0; i < rounds; i++) {
            expensive = Math.min(expensive, cost(frame));
            cheap = Math.min(cheap, cost(ordinary));
        }
        double perByte = (double) expensive / frame.length;
        return perByte * ordinary.length / cheap;
    }

    /** CPU nanoseconds of this thread, which is the event loop of the worker. */
    private long cost(byte[] frame) {
        Worker worker = workers.connect();
        worker.authenticates("");
        long begin = THREADS.getCurrentThreadCpuTime();
        worker.connection.received(Unpooled.wrappedBuffer(frame));
        long spent = THREADS.getCurrentThreadCpuTime() - begin;
        worker.connection.broken("the test ends it");
        return spent;
    }

    private record Candidate(String name, Frame frame) {}

    private Frame ordinary() {
        Registrations worker = Registrations.of(nextIdentity());
        for (int i = 0; i < SIZE / 250; i++) {
            worker.activity(
                    "activity-" + i,
                    """
                    {"type": "object", "properties": {"amount": {"type": "number"}, "id": \
                    {"type": "string"}}, "required": ["id"]}\
                    """,
                    "{\"type\": \"object\", \"properties\": {\"ok\": {\"type\": \"boolean\"}}}");
        }
        return new WorkerRegister(0, worker.build());
    }

    private List<Candidate> knownAttacks() {
        String deep = "{\"a\":[".repeat(SIZE / 6);
        String escapes = "\"" + "\\u0000".repeat(SIZE / 6) + "\"";
        return List.of(
                register("colliding namespaces", r -> r.namespaces(colliding(256, 512))),
                register("nearly a match", r -> r.namespaces(many(256, _ -> "a".repeat(770)))),
                register("too many colliding", r -> r.namespaces(colliding(SIZE / 40, 36))),
                register("colliding activity types", r -> r.activityTypes(colliding(4096, 44))),
                register("empty namespaces", r -> r.namespaces(many(SIZE / 4, _ -> ""))),
                register("empty activity types", r -> r.activityTypes(many(SIZE / 4, _ -> ""))),
                register("deep schema", r -> r.activity("a", "{}", deep)),
                register("escapes", r -> r.activity("a", escapes, "{}")),
                register("digits", r -> r.activity("a", "1".repeat(SIZE), "{}")),
                register("exponent", r -> r.activity("a", "1e" + "9".repeat(SIZE), "{}")),
                register("names", r -> r.activity("a", object(colliding(SIZE / 24, 16)), "{}")),
                register("replacement", r -> r.activity("a", text("\uFFFD", SIZE / 3), "{}")),
                register("umlauts", r -> r.activity("a", text("é", SIZE / 2), "{}")),
                new Candidate("deep refusal", reply("{\"code\":" + "[".repeat(SIZE))),
                new Candidate("digits as refusal", reply("{\"code\":" + "1".repeat(SIZE))),
                new Candidate("names as refusal", reply(object(colliding(SIZE / 24, 16)))),
                new Candidate("schemas", subscribe()),
                new Candidate("channel", publish("\u202e".repeat(SIZE / 3), 0)),
                new Candidate("publication", publish("", SIZE)),
                new Candidate("reason", new Defer(0, 1, "a", "\n".repeat(SIZE))),
                new Candidate("end", new ConversationClose(0, 1, 1, 1, "\u001b".repeat(SIZE))));
    }

    private Candidate randomFrame(Random random, int number) {
        int length = 1 << random.nextInt(10);
        int count = Math.max(1, SIZE / 4 / (length + 4));
        String[] pool = {"a", "é", "\u202e", "\uFFFD", "\ud83d\ude00", "\"", "{", "1", "Aa", "\n"};
        IntFunction<String> text =
                _ -> {
                    StringBuilder built = new StringBuilder();
                    while (built.length() < length) {
                        built.append(pool[random.nextInt(pool.length)]);
                    }
                    return built.toString();
                };
        IntUnaryOperator atMost = max -> random.nextBoolean() ? count : Math.min(count, max);
        Registrations worker = Registrations.of(nextIdentity());
        worker.namespaces(many(atMost.applyAsInt(256), text));
        worker.activityTypes(many(atMost.applyAsInt(4096), text));
        int activities = random.nextInt(2) * atMost.applyAsInt(4096);
        for (int i = 0; i < activities; i++) {
            worker.activity(text.apply(i), text("a", length), "[" + "[],".repeat(length) + "1]");
        }
        return new Candidate(
                "random %d: %d texts of %d".formatted(number, count, length),
                new WorkerRegister(0, worker.build()));
    }

    private interface Change {
        Registrations apply(Registrations worker);
    }

    private Candidate register(String name, Change change) {
        Registrations worker = change.apply(Registrations.of(nextIdentity()));
        return new Candidate(name, new WorkerRegister(0, worker.build()));
    }

    private String nextIdentity() {
        return "worker-" + identities++;
    }

    private static Frame reply(String record) {
        return new PushReply(
                PushReply.REFUSAL, 1, 1, Bytes.copyOf(record.getBytes(StandardCharsets.UTF_8)));
    }

    private static Frame subscribe() {
        Bytes schema = Bytes.copyOf(new byte[Envelope.SCHEMA_ID_SIZE]);
        return new Subscribe(0, 1, "a", Collections.nCopies(SIZE / 32, schema), 1);
    }

    private static Frame publish(String channel, int size) {
        Bytes schema = Bytes.copyOf(new byte[Envelope.SCHEMA_ID_SIZE]);
        Envelope envelope = new Envelope(schema, null, null, Bytes.copyOf(new byte[size]));
        return new Publish(0, 1, channel, envelope, null);
    }

    /** Different texts with one hash code. */
    private static String[] colliding(int count, int length) {
        return many(
                count,
                i -> {
                    StringBuilder text = new StringBuilder("Aa".repeat(length / 2));
                    for (int bit = 0; bit < length / 2 && i >> bit != 0; bit++) {
                        if ((i >> bit & 1) == 1) {
                            text.replace(length - 2 * bit - 2, length - 2 * bit, "BB");
                        }
                    }
                    return text.toString();
                });
    }

    private static String[] many(int count, IntFunction<String> text) {
        String[] many = new String[count];
        for (int i = 0; i < count; i++) {
            many[i] = text.apply(i);
        }
        return many;
    }

    private static String object(String... names) {
        return "{\"" + String.join("\":0,\"", names) + "\":0}";
    }

    private static String text(String character, int count) {
        return "\"" + character.repeat(count) + "\"";
    }
}
