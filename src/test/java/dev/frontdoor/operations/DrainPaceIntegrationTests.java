package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.UpgradeRefusedException;
import dev.frontdoor.test.server.Door;
import dev.frontdoor.test.server.House;
import dev.frontdoor.test.server.ScriptedNotifier;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ConfigurableApplicationContext;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** How fast connections are closed in a drain, what does not hold it up, and what ends it. */
class DrainPaceIntegrationTests {

    private static final int WORKERS = 20;

    @Nested
    @DoorWith({
        "frontdoor.drain.window=0s",
        "frontdoor.drain.push-grace=60s",
        "frontdoor.drain.max-closes-per-second=20"
    })
    class WithARate {

        private final Door door;

        WithARate(Door door) {
            this.door = door;
        }

        @Test
        void noMoreAreClosedInASecondThanThat() throws Exception {
            List<CompletableFuture<Long>> closes = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                TestWorker worker = door.register(door.newIdentity());
                closes.add(
                        CompletableFuture.supplyAsync(
                                () -> {
                                    worker.expectClose(1012);
                                    worker.close();
                                    return System.nanoTime();
                                },
                                task -> Thread.ofVirtual().start(task)));
            }
            beginDrain(door);
            LongSummaryStatistics moments =
                    closes.stream().mapToLong(CompletableFuture::join).summaryStatistics();
            assertThat(Duration.ofNanos(moments.getMax() - moments.getMin()))
                    .as("the first may be seen late, so half of the time is enough")
                    .isGreaterThan(Duration.ofSeconds(1).dividedBy(20).multipliedBy(WORKERS / 2));
            awaitDrained(door);
        }
    }

    @Nested
    @DoorWith({
        "frontdoor.drain.window=500ms",
        "frontdoor.drain.push-grace=500ms",
        "frontdoor.drain.max-closes-per-second=1",
        "frontdoor.notifiers.timeout=60s"
    })
    class WithADeadline {

        private final Door door;
        private final Workers workers;
        private final ScriptedNotifier porter;

        WithADeadline(
                Door door, Workers workers, @Qualifier(House.PORTER) ScriptedNotifier porter) {
            this.door = door;
            this.workers = workers;
            this.porter = porter;
        }

        @Test
        void allThatAreLeftAreClosedThenWhateverTheyWaitFor() throws Exception {
            List<TestWorker> all = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                all.add(door.register(door.newIdentity()));
            }
            String pushed = door.newIdentity();
            TestWorker busy = door.register(pushed);
            CompletableFuture<byte[]> push =
                    workers.push(porter.pidOf(pushed), new byte[1], Duration.ofMinutes(5));
            busy.expect(Push.class);
            String undecided = door.newIdentity();
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch decide = new CountDownLatch(1);
            porter.about(
                    undecided,
                    (_, _) -> {
                        asked.countDown();
                        Door.awaitLatch(decide);
                    });
            TestWorker candidate = door.connect();
            candidate.send(new WorkerRegister(0, TestWorker.registration(undecided)));
            Door.awaitLatch(asked);
            all.addAll(List.of(busy, candidate));

            beginDrain(door);
            assertThatThrownBy(door::connect)
                    .isInstanceOfSatisfying(
                            UpgradeRefusedException.class,
                            refusal -> assertThat(refusal.status()).isEqualTo(503));
            all.forEach(worker -> worker.expectClose(1012));
            assertThat(push).failsWithin(Door.PATIENCE);
            assertThat(candidate.poll()).isNull();
            decide.countDown();
            awaitDrained(door);
            door.expectNobody();
            assertThat(door.sum("frontdoor.draining")).isEqualTo(1);
            assertThat(door.sum("frontdoor.upgrades.refused", "reason", "draining")).isEqualTo(1);
            all.forEach(TestWorker::close);
        }
    }

    @Nested
    @DoorWith
    class StoppedAndStartedAgain {

        private final Door door;
        private final ConfigurableApplicationContext context;

        StoppedAndStartedAgain(Door door, ConfigurableApplicationContext context) {
            this.door = door;
            this.context = context;
        }

        @Test
        void serviceIsOpenAgain() throws Exception {
            try (TestWorker worker = door.register(door.newIdentity())) {
                context.stop();
                worker.expectClose(1012);
            }
            context.start();
            try (TestWorker worker = door.connect()) {
                assertThat(worker.register(TestWorker.registration(door.newIdentity())))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                assertThat(door.sum("frontdoor.draining")).isZero();
                assertThat(door.ask("/actuator/drain").body()).contains("\"state\":\"open\"");
                assertThat(door.ask("/actuator/health/readiness").status()).isEqualTo(200);
            }
            door.expectNobody();
        }
    }

    private static void beginDrain(Door door) throws Exception {
        assertThat(door.request("POST", "/actuator/drain").body())
                .contains("\"state\":\"draining\"");
    }

    private static void awaitDrained(Door door) {
        Door.soon(() ->
                assertThat(door.ask("/actuator/drain").body())
                        .contains("\"state\":\"drained\"", "\"remaining\":0"));
    }
}
