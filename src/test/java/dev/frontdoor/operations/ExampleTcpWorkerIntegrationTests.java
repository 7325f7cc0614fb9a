package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** {@code examples/TcpWorker.java}, run as its users run it. */
@FrontDoorTest
class ExampleTcpWorkerIntegrationTests {

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private final ServerUnderTest server;
    private final Workers workers;
    private final ScriptedNotifier notifier;

    ExampleTcpWorkerIntegrationTests(
            ServerUnderTest server,
            Workers workers,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier) {
        this.server = server;
        this.workers = workers;
        this.notifier = notifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void pushIsAnsweredWithItsPayloadAndTheEndOfTheProcessIsADeparture() throws Exception {
        String identity = server.newIdentity();
        try (WorkerProgram worker = start(identity)) {
            assertThat(worker.answer()).isEqualTo("registered");
            assertThat(workers.push(notifier.pidOf(identity), new byte[] {1, 2}, MAX_WAIT))
                    .succeedsWithin(MAX_WAIT)
                    .isEqualTo(new byte[] {1, 2});
        }
        server.expectNobody();
        assertThat(
                        server.read("/actuator/departures?identity=" + identity)
                                .at("/departures/0/code")
                                .asInt())
                .isEqualTo(1000);
    }

    @Test
    void rejectedWorkerPrintsTheReason() throws Exception {
        String identity = server.newIdentity();
        notifier.about(
                identity,
                (_, _) -> {
                    throw new RegistrationRejectedException("no room in this pool");
                });
        try (WorkerProgram worker = start(identity)) {
            assertThat(worker.answer()).isEqualTo("rejected: no room in this pool");
        }
    }

    private WorkerProgram start(String identity) throws IOException {
        return WorkerProgram.run(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "examples/TcpWorker.java",
                "localhost",
                String.valueOf(server.tcp().getPort()),
                identity);
    }
}
