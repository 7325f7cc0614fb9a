package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.TestWorker.Close;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Qualifier;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** How connections end, and that they leave nothing behind. */
@OpenServerTest
@BothTransports
class ConnectionEndsIntegrationTests {

    private final ServerUnderTest server;
    private final Workers workers;
    private final ScriptedNotifier firstNotifier;
    private final ScriptedNotifier secondNotifier;

    ConnectionEndsIntegrationTests(
            ServerUnderTest server,
            Workers workers,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier,
            @Qualifier(TestApplication.SECOND) ScriptedNotifier secondNotifier) {
        this.server = server;
        this.workers = workers;
        this.firstNotifier = firstNotifier;
        this.secondNotifier = secondNotifier;
    }

    @AfterEach
    void nextWorkerIsServedAndNobodyIsLeft() throws Exception {
        try (TestWorker next = server.register(server.newIdentity())) {
            next.expectNothing();
        }
        server.expectNobody();
    }

    @Test
    void disconnectIsAnsweredWith1000() throws Exception {
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.disconnect();

            assertThat(worker.expectClose()).isEqualTo(new Close(1000, ""));
            worker.expectEnd();
        }
    }

    @Test
    void notifierThatCannotBePutBackEndsTheConnection() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity)) {
            CountDownLatch replaced = new CountDownLatch(1);
            firstNotifier.about(
                    identity,
                    (_, _) -> {
                        if (replaced.getCount() == 0) {
                            throw new IllegalStateException("cannot go back");
                        }
                        replaced.countDown();
                    });
            secondNotifier.about(
                    identity,
                    (_, _) -> {
                        throw new RegistrationRejectedException("not like this");
                    });
            worker.send(
                    new WorkerRegister(
                            0, Registrations.of(identity).activityTypes("another").build()));

            assertThat(worker.expectClose(1011).reason()).doesNotContain("cannot go back");
            worker.expectEnd();
        }
    }

    @Test
    void operatorDisconnectsWith4500() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity)) {
            String path = "/actuator/registrations/" + firstNotifier.pidOf(identity);

            assertThat(server.request("DELETE", path).status()).isEqualTo(204);
            assertThat(worker.expectClose(4500).reason()).isEqualTo("disconnected by an operator");
            assertThat(server.ask(path).status()).isEqualTo(404);
            assertThat(server.request("DELETE", path).status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @MethodSource("longReasons")
    void closeReasonIsCutBetweenTwoCharacters(String reason, String told) throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity)) {
            assertThat(workers.disconnect(firstNotifier.pidOf(identity), reason)).isTrue();

            assertThat(worker.expectClose(4500).reason()).isEqualTo(told);
            assertThat(told.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(123);
        }
    }

    static Stream<Arguments> longReasons() {
        return Stream.of(
                arguments("x".repeat(123), "x".repeat(123)),
                arguments("x".repeat(124), "x".repeat(123)),
                arguments("\u00fc".repeat(80), "\u00fc".repeat(61)),
                arguments("x" + "\u20ac".repeat(50), "x" + "\u20ac".repeat(40)),
                arguments("\uD83D\uDEAA".repeat(40), "\uD83D\uDEAA".repeat(30)),
                arguments("", ""));
    }

    @Test
    void rejectionThatTheWireCannotCarryIsStillARejection() throws Exception {
        String identity = server.newIdentity();
        secondNotifier.about(
                identity,
                (_, _) -> {
                    throw new RegistrationRejectedException("half a pair: \uD83D");
                });
        try (TestWorker worker = server.connect()) {
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            worker.send(new Ping(0));

            worker.expectRejected("half a pair: ?");
            worker.expect(Pong.class);
        }
    }

    @Test
    void workerThatIsResetIsUnregistered() throws Exception {
        expectBroken(TestWorker::vanish);
    }

    @Test
    void workerThatVanishesWhileItIsBeingDecidedIsUndone() throws Exception {
        String identity = server.newIdentity();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch decide = new CountDownLatch(1);
        double abandoned = server.sum("frontdoor.registrations", "outcome", "abandoned");
        secondNotifier.about(
                identity,
                (_, _) -> {
                    asked.countDown();
                    ServerUnderTest.awaitLatch(decide);
                });
        try (TestWorker worker = server.connect()) {
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            ServerUnderTest.awaitLatch(asked);
            worker.vanish();
            ServerUnderTest.eventually(() ->
                    assertThat(server.sum("frontdoor.connections", "state", "connected")).isZero());
            assertThat(firstNotifier.held()).isNotEmpty();
            decide.countDown();
        }
        server.expectNobody();
        server.expectSum(abandoned + 1, "frontdoor.registrations", "outcome", "abandoned");
    }

    @Test
    void closeIsNoticedWhileFramesWaitToBeDecided() throws Exception {
        String identity = server.newIdentity();
        CountDownLatch decide = new CountDownLatch(1);
        secondNotifier.about(identity, (_, _) -> ServerUnderTest.awaitLatch(decide));
        try (TestWorker worker = server.connect()) {
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            worker.send(new Ping(0));
            worker.close(1000, "");
            worker.expectClose(1000);
            worker.expectEnd();
            decide.countDown();
        }
    }

    @Test
    void everyRegistrationIsTimedOnce() throws Exception {
        server.expectNobody();
        double timed = server.sum("frontdoor.registrations");
        double received = server.sum("frontdoor.frames.received", "type", "worker_register");
        String rejected = server.newIdentity();
        String failed = server.newIdentity();
        secondNotifier.about(
                rejected,
                (_, _) -> {
                    throw new RegistrationRejectedException("no");
                });
        secondNotifier.about(
                failed,
                (_, _) -> {
                    throw new IllegalStateException("broken");
                });
        try (TestWorker worker = server.connect()) {
            for (String identity : List.of(rejected, failed, server.newIdentity(), rejected)) {
                worker.register(TestWorker.registration(identity));
            }
        }
        server.expectSum(received + 4, "frontdoor.frames.received", "type", "worker_register");
        server.expectSum(timed + 4, "frontdoor.registrations");
    }

    @Test
    void pidsAreNeverUsedTwice() throws Exception {
        long last = 0;
        for (int i = 0; i < 3; i++) {
            String identity = server.newIdentity();
            try (TestWorker worker = server.register(identity)) {
                assertThat(firstNotifier.pidOf(identity)).isGreaterThan(last);
                last = firstNotifier.pidOf(identity);
                worker.vanish();
            }
            server.expectNobody();
        }
    }

    private void expectBroken(Consumer<TestWorker> end) throws Exception {
        double broken = server.sum("frontdoor.connections.closed", "code", "1006");
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity)) {
            long pid = firstNotifier.pidOf(identity);
            end.accept(worker);

            ServerUnderTest.eventually(() -> assertThat(workers.find(pid)).isEmpty());
        }
        server.expectNobody();
        server.expectSum(broken + 1, "frontdoor.connections.closed", "code", "1006");
    }
}
