package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ServerUnderTest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Map;

/** Registrations that are made to cost the service much, beside a good worker. */
@FrontDoorTest("frontdoor.duplicate-identity=replace")
class HostileRegistrationsIntegrationTests {

    private static final int ROUNDS = 5;
    private static final int MAX_RATIO = 5;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final ServerUnderTest server;

    HostileRegistrationsIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void hostileRegistrationIsRejectedAtAboutTheCostOfAHarmlessOne() throws Exception {
        WorkerRegistration harmless = harmless();
        Map<WorkerRegistration, String> hostile =
                Map.of(
                        Registrations.of("a").namespaces(colliding(25_000)).build(),
                        "the registration has 25000 namespaces; at most 256 are allowed",
                        Registrations.of("a").activityTypes(colliding(25_000)).build(),
                        "the registration has 25000 activity types; at most 4096 are allowed",
                        Registrations.of("a").activity("a", "[".repeat(200_000), "{}").build(),
                        "the input schema of activity 1 is not JSON, or is nested deeper than 500"
                                + " levels");
        try (TestWorker bystander = server.register(server.newIdentity())) {
            double cheap = cost(harmless, null);
            for (Map.Entry<WorkerRegistration, String> attack : hostile.entrySet()) {
                assertThat(cost(attack.getKey(), attack.getValue()))
                        .as(attack.getValue())
                        .isLessThan(MAX_RATIO * cheap);
                bystander.ping(new byte[] {1});
                bystander.expectPong(new byte[] {1});
            }
            bystander.expectNothing();
        }
    }

    /** CPU nanoseconds that the event loops spend on each byte until the answer, at least. */
    private double cost(WorkerRegistration registration, @Nullable String reason)
            throws IOException {
        long cheapest = Long.MAX_VALUE;
        try (TestWorker worker = server.connect()) {
            worker.authenticate("");
            for (int i = 0; i < ROUNDS; i++) {
                long before = cpuTime();
                assertThat(worker.register(registration).rejection()).isEqualTo(reason);
                cheapest = Math.min(cheapest, cpuTime() - before);
            }
        }
        int size = FrameCodec.encode(new WorkerRegister(0, registration)).length;
        return (double) cheapest / size;
    }

    private static long cpuTime() {
        long sum = 0;
        for (ThreadInfo thread : THREADS.dumpAllThreads(false, false, 0)) {
            if (thread.getThreadName().startsWith("worker-io")) {
                sum += Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return sum;
    }

    /** As rich as a registration may be. */
    private static WorkerRegistration harmless() {
        Registrations worker = Registrations.of("harmless");
        String schema = "{\"type\": \"object\", \"properties\": {\"id\": {\"type\": \"string\"}}}";
        for (int i = 0; i < 1_400; i++) {
            worker.activity("activity-" + i, schema, schema);
        }
        return worker.build();
    }

    /** Different texts with one hash code. */
    private static String[] colliding(int count) {
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            for (int bit = 0; bit < 15; bit++) {
                text.append((i >> bit & 1) == 1 ? "BB" : "Aa");
            }
            texts[i] = text.toString();
        }
        return texts;
    }
}
