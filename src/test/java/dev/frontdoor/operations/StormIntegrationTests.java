package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** More registrations at once than are wanted in a second. */
@FrontDoorTest({
    "frontdoor.limits.registrations-per-second=100",
    "frontdoor.limits.registration-queue=50"
})
class StormIntegrationTests {

    private static final int WORKERS = 300;
    private static final int QUEUE = 50;
    private static final Duration SPACING = Duration.ofMillis(10);
    private static final WorkerRegisterAck TOO_MANY =
            WorkerRegisterAck.rejected("too many workers register at once; retry later");

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;

    StormIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.firstNotifier = firstNotifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void stormIsSmoothedUpToTheQueueAndWhoIsBeyondItIsToldToRetry() throws Exception {
        Queue<Long> moments = new ConcurrentLinkedQueue<>();
        List<TestWorker> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            String identity = identity(i);
            firstNotifier.about(identity, (_, _) -> moments.add(System.nanoTime()));
            workers.add(server.connect());
        }
        try (TestWorker bystander = server.register(server.newIdentity())) {
            for (int i = 0; i < WORKERS; i++) {
                workers.get(i).send(new WorkerRegister(0, TestWorker.registration(identity(i))));
            }
            bystander.expectNothing();
            assertThat(server.ask("/actuator/health/readiness").status()).isEqualTo(200);

            List<Integer> turnedAway = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                WorkerRegisterAck answer = workers.get(i).expect(WorkerRegisterAck.class);
                if (!answer.equals(WorkerRegisterAck.ACCEPTED)) {
                    assertThat(answer).isEqualTo(TOO_MANY);
                    turnedAway.add(i);
                }
            }
            int accepted = WORKERS - turnedAway.size();
            assertThat(accepted).isBetween(QUEUE, WORKERS - 1);
            assertThat(moments).hasSize(accepted);
            assertThat(spreadOf(moments))
                    .as("the first may come late, so half of the time is enough")
                    .isGreaterThan(SPACING.multipliedBy(accepted / 2));

            for (int i : turnedAway) {
                TestWorker worker = workers.get(i);
                ServerUnderTest.eventually(() ->
                        assertThat(worker.register(TestWorker.registration(identity(i))))
                                .isEqualTo(WorkerRegisterAck.ACCEPTED));
            }
            assertThat(firstNotifier.held()).hasSize(WORKERS + 1);
            bystander.expectNothing();
        }
        workers.forEach(TestWorker::close);
    }

    private static String identity(int index) {
        return "stormer-" + index;
    }

    private static Duration spreadOf(Queue<Long> moments) {
        long first = moments.stream().mapToLong(Long::longValue).min().orElseThrow();
        long last = moments.stream().mapToLong(Long::longValue).max().orElseThrow();
        return Duration.ofNanos(last - first);
    }
}
