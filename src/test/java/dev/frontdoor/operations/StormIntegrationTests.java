package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** More registrations at once than the rate limit allows. */
@FrontDoorTest({
    "frontdoor.limits.registrations-per-second=100",
    "frontdoor.limits.registration-queue=50"
})
@BothTransports
class StormIntegrationTests {

    private static final int WORKERS = 300;
    private static final int QUEUE = 50;
    private static final Duration SPACING = Duration.ofMillis(10);
    private static final Pattern TOO_MANY =
            Pattern.compile("too many workers register at once; retry in (\\d+) s");

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
    void stormIsSmoothedUpToTheQueueAndTheOthersAreToldWhenToRetry() throws Exception {
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

            Map<Integer, Integer> turnedAway = new HashMap<>();
            for (int i = 0; i < WORKERS; i++) {
                WorkerRegisterAck answer = workers.get(i).expect(WorkerRegisterAck.class);
                if (!answer.equals(WorkerRegisterAck.ACCEPTED)) {
                    turnedAway.put(i, secondsToWait(answer));
                }
            }
            int accepted = WORKERS - turnedAway.size();
            assertThat(accepted).isBetween(QUEUE, WORKERS - 1);
            assertThat(moments).hasSize(accepted);
            assertThat(spreadOf(moments))
                    .as("the first may come late, so half of the time is enough")
                    .isGreaterThan(SPACING.multipliedBy(accepted / 2));

            List<CompletableFuture<?>> retries = new ArrayList<>();
            turnedAway.forEach((i, seconds) ->
                    retries.add(
                            CompletableFuture.runAsync(
                                    () -> registerAgain(workers.get(i), identity(i)),
                                    CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS))));
            for (CompletableFuture<?> retry : retries) {
                assertThat(retry).succeedsWithin(ServerUnderTest.MAX_WAIT);
            }
            assertThat(firstNotifier.held()).hasSize(WORKERS + 1);
            bystander.expectNothing();
        }
        workers.forEach(TestWorker::close);
    }

    private static void registerAgain(TestWorker worker, String identity) {
        ServerUnderTest.eventually(() ->
                assertThat(worker.register(TestWorker.registration(identity)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED));
    }

    private static int secondsToWait(WorkerRegisterAck answer) {
        Matcher reason = TOO_MANY.matcher(answer.toString());
        assertThat(reason.find()).as("%s", answer).isTrue();
        return Integer.parseInt(reason.group(1));
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
