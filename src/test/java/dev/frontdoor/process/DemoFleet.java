package dev.frontdoor.process;

import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.TestWorkerBuilder;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Workers of a plausible application, the same ones each time. */
final class DemoFleet implements AutoCloseable {

    private static final List<String> ZONES =
            List.of("eu-central-1a", "eu-central-1b", "us-east-1c");
    private static final List<String> TIERS = List.of("gold", "standard");
    private static final List<String> QUEUES =
            List.of("payments", "invoices", "reports", "thumbnails", "notifications");
    private static final List<String> NAMESPACES = List.of("billing", "media", "messaging");
    private static final String SCHEMA =
            """
            {"type":"object","required":["order","amount"],"properties":{"order":{"type":"string"},\
            "amount":{"type":"number","minimum":0},"currency":{"enum":["EUR","USD"]}}}\
            """;

    private final Supplier<TestWorkerBuilder> builder;
    private final List<TestWorker> workers = new ArrayList<>();
    private final Random random = new Random(7);
    private int registered = 100;

    /**
     * An empty fleet.
     *
     * @param builder builds workers for one service
     */
    DemoFleet(Supplier<TestWorkerBuilder> builder) {
        this.builder = builder;
    }

    /** Registers so many workers. */
    DemoFleet register(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String queue = QUEUES.get(Math.min(random.nextInt(8), QUEUES.size() - 1));
            workers.add(
                    connect(
                            Registrations.of("%s-worker-%s".formatted(queue, ++registered))
                                    .namespaces(NAMESPACES.get(random.nextInt(3)))
                                    .taskQueue(queue)
                                    .node("node-" + (1 + random.nextInt(9)))
                                    .activityTypes("charge", "refund", "notify")
                                    .activity("charge", SCHEMA, "{\"type\":\"string\"}")
                                    .activity("refund", SCHEMA, "{\"type\":\"string\"}")
                                    .build()));
        }
        return this;
    }

    /** Lets some leave in different ways. */
    DemoFleet depart() throws IOException {
        workers.removeFirst().close(1000, "deployment");
        workers.removeFirst().close(1001, "scaled down");
        workers.removeFirst().vanish();
        workers.removeFirst().sendText("hello");
        workers.removeFirst().close(4321, "out of memory, restarting");
        for (int i = 0; i < 6; i++) {
            workers.removeFirst().disconnect();
        }
        return this;
    }

    /** Lets the oldest one leave. */
    void leave() {
        workers.removeFirst().close(1000, "deployment");
    }

    /** Lets some be rejected, again and again. */
    DemoFleet rejected() throws IOException {
        for (int i = 0; i < 9; i++) {
            refused("reports-worker-9" + i % 2, DemoNotifiers.FULL, "node-1");
        }
        refused("payments-worker-77", "payments", DemoNotifiers.BROKEN);
        return this;
    }

    private void refused(String identity, String queue, String node) throws IOException {
        try (TestWorker worker = builder.get().connect()) {
            worker.register(Registrations.of(identity).taskQueue(queue).node(node).build());
            worker.disconnect();
        }
    }

    private TestWorker connect(WorkerRegistration registration) throws IOException {
        TestWorker worker =
                builder.get()
                        .header("User-Agent", "acme-worker/2." + random.nextInt(3))
                        .label("zone", ZONES.get(random.nextInt(3)))
                        .label("tier", TIERS.get(random.nextInt(2)))
                        .connect();
        if (!worker.register(registration).equals(WorkerRegisterAck.ACCEPTED)) {
            throw new IOException("rejected: " + registration.identity());
        }
        return worker;
    }

    @Override
    public void close() {
        workers.forEach(TestWorker::close);
    }
}
