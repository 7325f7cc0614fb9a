package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** What a drain does not wait for, and what follows it. */
class DrainPaceIntegrationTests {

    private static final int WORKERS = 20;

    @Nested
    @BothTransports
    @FrontDoorTest({
        "frontdoor.drain.window=500ms",
        "frontdoor.drain.push-grace=500ms",
        "frontdoor.drain.max-closes-per-second=1",
        "frontdoor.notifiers.timeout=60s"
    })
    class WithADeadline {

        private final ServerUnderTest server;
        private final Workers workers;
        private final ScriptedNotifier firstNotifier;

        WithADeadline(
                ServerUnderTest server,
                Workers workers,
                @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
            this.server = server;
            this.workers = workers;
            this.firstNotifier = firstNotifier;
        }

        @Test
        @DirtiesContext
        void allThatAreLeftAreClosedThenWhateverTheyWaitFor() throws Exception {
            List<TestWorker> all = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                all.add(server.register(server.newIdentity()));
            }
            String pushed = server.newIdentity();
            TestWorker busy = server.register(pushed);
            CompletableFuture<byte[]> push =
                    workers.push(firstNotifier.pidOf(pushed), new byte[1], Duration.ofMinutes(5));
            busy.expect(Push.class);
            String undecided = server.newIdentity();
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch decide = new CountDownLatch(1);
            firstNotifier.about(
                    undecided,
                    (_, _) -> {
                        asked.countDown();
                        ServerUnderTest.awaitLatch(decide);
                    });
            TestWorker candidate = server.connect();
            candidate.send(new WorkerRegister(0, TestWorker.registration(undecided)));
            ServerUnderTest.awaitLatch(asked);
            all.addAll(List.of(busy, candidate));

            beginDrain(server);
            server.expectNotTaken("draining");
            all.forEach(worker -> worker.expectClose(1012));
            assertThat(push).failsWithin(ServerUnderTest.MAX_WAIT);
            ServerUnderTest.expectNoAnswer(candidate);
            decide.countDown();
            awaitDrained(server);
            server.expectNobody();
            assertThat(server.sum("frontdoor.draining")).isEqualTo(1);
            assertThat(server.notTaken("draining")).isEqualTo(1);
            all.forEach(TestWorker::close);
        }
    }

    @Nested
    @BothTransports
    @FrontDoorTest
    class StoppedAndStartedAgain {

        private final ServerUnderTest server;
        private final ConfigurableApplicationContext context;

        StoppedAndStartedAgain(ServerUnderTest server, ConfigurableApplicationContext context) {
            this.server = server;
            this.context = context;
        }

        @Test
        void serviceIsOpenAgain() throws Exception {
            try (TestWorker worker = server.register(server.newIdentity())) {
                context.stop();
                worker.expectClose(1012);
            }
            context.start();
            try (TestWorker worker = server.connect()) {
                assertThat(worker.register(TestWorker.registration(server.newIdentity())))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                assertThat(server.sum("frontdoor.draining")).isZero();
                assertThat(server.ask("/actuator/drain").body()).contains("\"state\":\"open\"");
                assertThat(server.ask("/actuator/health/readiness").status()).isEqualTo(200);
            }
            server.expectNobody();
        }
    }

    private static void beginDrain(ServerUnderTest server) throws Exception {
        assertThat(server.request("POST", "/actuator/drain").body())
                .contains("\"state\":\"draining\"");
    }

    private static void awaitDrained(ServerUnderTest server) {
        ServerUnderTest.eventually(() ->
                assertThat(server.ask("/actuator/drain").body())
                        .contains("\"state\":\"drained\"", "\"remaining\":0"));
    }
}
