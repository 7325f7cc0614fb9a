package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Workers on liminal's SDK and on aion's, as they are, over TCP. */
@EnabledIfSystemProperty(
        named = "interop.workers",
        matches = ".+",
        disabledReason = "interop/run.sh runs this")
@FrontDoorTest("frontdoor.pushes.max-pending-per-worker=100")
class UnmodifiedWorkersIntegrationTests {

    private static final int PUSHES = 40;
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final String CURRENT = "worker";
    private static final String OLD = "worker-old";

    private final ServerUnderTest server;
    private final Workers workers;
    private final ScriptedNotifier notifier;

    UnmodifiedWorkersIntegrationTests(
            ServerUnderTest server,
            Workers workers,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier) {
        this.server = server;
        this.workers = workers;
        this.notifier = notifier;
    }

    @AfterEach
    void nobodyIsLeft() throws Exception {
        reopen();
        server.expectNobody();
    }

    @ParameterizedTest
    @ValueSource(strings = {CURRENT, OLD})
    void pushesFromTheMomentOfAdmissionAreAllAnswered(String program) throws Exception {
        String identity = server.newIdentity();
        Map<Integer, CompletableFuture<byte[]>> pushes = new ConcurrentHashMap<>();
        CountDownLatch pushed = new CountDownLatch(1);
        notifier.about(
                identity,
                (pid, _) ->
                        Thread.ofVirtual()
                                .start(() -> {
                                    ServerUnderTest.eventually(
                                            () -> assertThat(workers.find(pid)).isPresent());
                                    IntStream.range(0, PUSHES)
                                            .forEach(i -> pushes.put(i, push(pid, text(i))));
                                    pushed.countDown();
                                }));
        try (WorkerProgram worker = WorkerProgram.start(program)) {
            assertThat(worker.does(connect(identity))).isEqualTo("accepted");
            assertThat(worker.does("serve " + PUSHES)).isEqualTo("served");
            ServerUnderTest.awaitLatch(pushed);
            for (int i = 0; i < PUSHES; i++) {
                expectAnswer(program, text(i), Objects.requireNonNull(pushes.get(i)));
            }
            assertThat(leave(worker)).isLessThan(5000);
        }
        server.expectNobody();
        JsonNode departure = departure(identity);
        assertThat(departure.path("code").asInt()).isEqualTo(1000);
        assertThat(departure.path("by").asString()).isEqualTo("worker");
    }

    @ParameterizedTest
    @ValueSource(strings = {CURRENT, OLD})
    void rejectedWorkerLearnsTheReasonAndMayTryAgain(String program) throws Exception {
        String identity = server.newIdentity();
        notifier.about(
                identity,
                (_, _) -> {
                    throw new RegistrationRejectedException("no room in this pool");
                });
        try (WorkerProgram worker = WorkerProgram.start(program)) {
            assertThat(worker.does(connect(identity)))
                    .startsWith("refused")
                    .contains("no room in this pool");
            notifier.about(identity, (_, _) -> {});
            assertThat(worker.does(connect(identity))).isEqualTo("accepted");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CURRENT, OLD})
    void publicationsAreTakenAndAnswered(String program) throws Exception {
        CompletableFuture<String> observed = new CompletableFuture<>();
        notifier.onChannel(
                "aion.observability.v1",
                (_, payload) -> observed.complete(new String(payload, StandardCharsets.UTF_8)));
        try (WorkerProgram worker = WorkerProgram.start(program)) {
            assertThat(worker.does(connect(server.newIdentity()))).isEqualTo("accepted");
            assertThat(worker.does("publish aion.observability.v1 seen")).startsWith("flushed");
            assertThat(observed).succeedsWithin(MAX_WAIT).asString().contains("seen");
            assertThat(worker.does("publish interop.events unwanted"))
                    .startsWith("flushed")
                    .contains("no notifier consumed this publication");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CURRENT, OLD})
    void drainedWorkerNoticesAndMayComeBackOnceTheServiceIsOpen(String program) throws Exception {
        String identity = server.newIdentity();
        try (WorkerProgram worker = WorkerProgram.start(program)) {
            assertThat(worker.does(connect(identity))).isEqualTo("accepted");
            drain();
            assertThat(worker.does("await-end")).startsWith("ended");
            assertThat(departure(identity).path("code").asInt()).isEqualTo(1012);
            assertThat(worker.does(connect(identity))).startsWith("refused").contains("draining");
            reopen();
            assertThat(worker.does(connect(identity))).isEqualTo("accepted");
        }
    }

    @Test
    void workerOfAionServesAndRedialsAfterADrain() throws Exception {
        String identity = server.newIdentity();
        try (WorkerProgram worker =
                WorkerProgram.start("aion", identity, "127.0.0.1:" + server.tcp().getPort())) {
            assertThat(worker.answer()).isEqualTo("ready");
            long first = notifier.pidOf(identity);
            assertThat(answerOf(push(first, dispatch("hello")))).contains("HELLO");
            drain();
            reopen();
            ServerUnderTest.eventually(() -> {
                assertThat(notifier.pidOf(identity)).isGreaterThan(first);
                assertThat(workers.find(notifier.pidOf(identity))).isPresent();
            });
            assertThat(answerOf(push(notifier.pidOf(identity), dispatch("again"))))
                    .contains("AGAIN");
            worker.endInput();
            assertThat(worker.answer()).isEqualTo("stopped");
        }
        server.expectNobody();
        assertThat(departure(identity).path("code").asInt()).isEqualTo(1000);
    }

    @Test
    void workerOfAionEndsItsConnectionOnAPushThatItCannotDecodeAndConnectsAgain() throws Exception {
        String identity = server.newIdentity();
        try (WorkerProgram worker =
                WorkerProgram.start("aion", identity, "127.0.0.1:" + server.tcp().getPort())) {
            assertThat(worker.answer()).isEqualTo("ready");
            long first = notifier.pidOf(identity);
            assertThat(push(first, dispatch("hello").replace("run_id", "run")))
                    .failsWithin(MAX_WAIT);
            ServerUnderTest.eventually(
                    () -> assertThat(notifier.pidOf(identity)).isGreaterThan(first));
        }
    }

    private CompletableFuture<byte[]> push(long pid, String text) {
        return workers.push(pid, text.getBytes(StandardCharsets.UTF_8), MAX_WAIT);
    }

    /** Every fifth push is one that the worker refuses. */
    private static String text(int number) {
        return (number % 5 == 0 ? "refuse " : "push ") + number;
    }

    private static void expectAnswer(String program, String text, CompletableFuture<byte[]> push)
            throws Exception {
        if (!text.startsWith("refuse")) {
            assertThat(answerOf(push)).isEqualTo("re " + text);
        } else if (program.equals(OLD)) {
            assertThat(answerOf(push)).isEqualTo("cannot refuse: busy not now");
        } else {
            assertThat(push).failsWithin(MAX_WAIT);
            assertThat(push.exceptionNow())
                    .isInstanceOfSatisfying(
                            PushException.class,
                            refused ->
                                    assertThat(refused.refusal())
                                            .contains(
                                                    new PushRefusal(
                                                            PushRefusal.Code.BUSY, "not now")));
        }
    }

    private static String answerOf(CompletableFuture<byte[]> push) {
        assertThat(push).succeedsWithin(MAX_WAIT);
        return new String(push.join(), StandardCharsets.UTF_8);
    }

    private static long leave(WorkerProgram worker) throws Exception {
        String answer = worker.does("leave");
        assertThat(answer).startsWith("left ");
        return Long.parseLong(answer.substring("left ".length()));
    }

    private String connect(String identity) {
        return "connect 127.0.0.1:%s %s".formatted(server.tcp().getPort(), identity);
    }

    private void drain() throws Exception {
        assertThat(server.request("POST", "/actuator/drain").status()).isBetween(200, 299);
        ServerUnderTest.eventually(
                () -> assertThat(server.ask("/actuator/drain").body()).contains("\"drained\""));
    }

    private void reopen() throws Exception {
        assertThat(server.request("DELETE", "/actuator/drain").status()).isEqualTo(200);
    }

    private JsonNode departure(String identity) throws Exception {
        return server.read("/actuator/departures?identity=" + identity).path("departures").path(0);
    }

    /** What aion's server pushes for one activity. */
    private static String dispatch(String input) {
        byte[] json = ('"' + input + '"').getBytes(StandardCharsets.UTF_8);
        return """
        {"activity_type": "shout", "workflow_id": "6f1c1a2e-6f0c-4b1e-9a56-000000000001",
         "run_id": "6f1c1a2e-6f0c-4b1e-9a56-000000000002", "completion_token": "token",
         "idempotency_key": "key", "ordinal": 1, "input": "%s"}
        """
                .formatted(Base64.getEncoder().encodeToString(json));
    }
}
