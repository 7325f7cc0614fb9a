package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Envelope;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.UpgradeRefusedException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A drain after SIGTERM, as 200 workers and an operator see it. The signal is sent once, before all
 * tests. Of the workers most do nothing, some answer a push when those are gone, some never answer
 * one, and some are connected and register only after the signal.
 */
@TestInstance(Lifecycle.PER_CLASS)
class DrainIntegrationTests {

    private static final Duration WINDOW = Duration.ofSeconds(6);

    /**
     * So much longer that every worker with a pending push is there when the idle ones are gone.
     */
    private static final Duration GRACE = Duration.ofSeconds(18);

    private static final String INSTANCE = "drained-one";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final List<Leaver> idle = new ArrayList<>();
    private final List<Leaver> replying = new ArrayList<>();
    private final List<Leaver> silent = new ArrayList<>();
    private final List<Leaver> late = new ArrayList<>();
    private final List<Leaver> registered = new ArrayList<>();

    private long signal;
    private int exitCode;
    private Duration ending = Duration.ZERO;
    private String log = "";
    private List<String> journal = List.of();
    private final List<Frame> lateAnswers = new ArrayList<>();
    private final List<UpgradeRefusedException> refusals = new ArrayList<>();
    private final List<HttpResponse<String>> readiness = new ArrayList<>();
    private final List<JsonNode> progress = new ArrayList<>();

    /** A worker, and how and when its connection ends. */
    private record Leaver(TestWorker worker, CompletableFuture<Departure> departure) {

        static Leaver of(TestWorker worker) {
            CompletableFuture<Departure> departure = new CompletableFuture<>();
            Thread.startVirtualThread(() -> {
                try {
                    TestWorker.Close close = worker.expectClose();
                    departure.complete(new Departure(close, System.nanoTime()));
                } catch (AssertionError e) {
                    departure.completeExceptionally(e);
                }
            });
            return new Leaver(worker, departure);
        }

        Departure left() {
            return departure.join();
        }
    }

    private record Unanswered(TestWorker worker, Push push) {

        void reply() {
            worker.send(new PushReply(0, 1, push.correlationId(), push.payload()));
        }
    }

    private record Departure(TestWorker.Close close, long nanos) {}

    @BeforeAll
    void sendTheSignal(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("journal");
        NotifierJar.of(Journal.Configuration.class, Journal.class)
                .writeTo(directory.resolve("notifiers/journal.jar"));
        try (ServiceProcess service =
                ServiceProcess.in(directory)
                        .start(
                                "--journal.file=" + file,
                                "--frontdoor.instance=" + INSTANCE,
                                "--frontdoor.drain.window=" + WINDOW,
                                "--frontdoor.drain.push-grace=" + GRACE,
                                "--logging.structured.format.console=ecs")) {
            fill(service, idle, 170, "idle");
            fill(service, replying, 10, "replying");
            fill(service, silent, 10, "silent");
            for (int i = 0; i < 10; i++) {
                late.add(Leaver.of(connect(service)));
            }
            registered.addAll(Stream.of(idle, replying, silent).flatMap(List::stream).toList());
            List<Unanswered> unanswered = new ArrayList<>();
            for (Leaver leaver : Stream.concat(replying.stream(), silent.stream()).toList()) {
                leaver.worker().send(publication());
                Push push = leaver.worker().expect(Push.class);
                if (replying.contains(leaver)) {
                    unanswered.add(new Unanswered(leaver.worker(), push));
                }
            }

            signal = System.nanoTime();
            service.terminate();
            observe(service);
            for (Leaver leaver : late) {
                lateAnswers.addAll(register(leaver.worker()));
            }
            service.terminate();
            idle.forEach(Leaver::left);
            progress.add(JSON.readTree(service.get("/actuator/drain").body()));
            unanswered.forEach(Unanswered::reply);
            exitCode = service.awaitExit(WINDOW.plus(GRACE).plus(ServiceProcess.MAX_WAIT));
            ending = Duration.ofNanos(System.nanoTime() - signal);
            log = service.log();
            journal = Journal.read(file);
        }
    }

    @AfterAll
    void closeSockets() {
        Stream.of(registered, late).flatMap(List::stream).forEach(it -> it.worker().close());
    }

    @Test
    void everyConnectionIsClosedWith1012() {
        assertThat(Stream.of(registered, late).flatMap(List::stream))
                .hasSize(200)
                .allSatisfy(it -> assertThat(it.left().close().code()).isEqualTo(1012));
    }

    @Test
    void closesAreSpreadOverTheWindow() {
        LongSummaryStatistics moments =
                idle.stream().mapToLong(it -> it.left().nanos()).summaryStatistics();
        assertThat(Duration.ofNanos(moments.getMax() - moments.getMin()))
                .isGreaterThan(WINDOW.multipliedBy(8).dividedBy(10));
    }

    @Test
    void workersWithUnansweredPushesStayUntilTheyReply() {
        long lastIdle = idle.stream().mapToLong(it -> it.left().nanos()).max().orElseThrow();
        assertThat(replying)
                .allSatisfy(it -> assertThat(it.left().nanos()).isGreaterThan(lastIdle));
        assertThat(journal.stream().filter(line -> line.endsWith(" replied")))
                .hasSize(replying.size());
    }

    @Test
    void workersThatNeverReplyStayForTheGrace() {
        assertThat(silent)
                .allSatisfy(it ->
                        assertThat(Duration.ofNanos(it.left().nanos() - signal))
                                .isGreaterThan(GRACE));
        assertThat(journal.stream().filter(line -> line.endsWith(" ended before the reply")))
                .hasSize(silent.size());
    }

    @Test
    void upgradesAreRefusedMeanwhile() {
        assertThat(refusals)
                .isNotEmpty()
                .allSatisfy(refusal -> {
                    assertThat(refusal.status()).isEqualTo(503);
                    assertThat(refusal.header("Retry-After")).isNotEmpty();
                });
    }

    @Test
    void serviceIsNotReadyMeanwhile() {
        assertThat(readiness)
                .isNotEmpty()
                .allSatisfy(answer -> {
                    assertThat(answer.statusCode()).isEqualTo(503);
                    assertThat(answer.body()).contains("\"status\":\"OUT_OF_SERVICE\"");
                });
    }

    @Test
    void operatorsSeeHowFarItIs() {
        assertThat(progress.getFirst().path("state").asString()).isEqualTo("draining");
        assertThat(progress.getFirst().path("remaining").asInt()).isGreaterThan(20);
        assertThat(progress.getLast().path("remaining").asInt())
                .as("those with unanswered pushes, and any that came late")
                .isBetween(20, 20 + late.size());
        assertThat(progress)
                .allSatisfy(it ->
                        assertThat(Instant.parse(it.path("deadline").asString()))
                                .isEqualTo(
                                        Instant.parse(
                                                progress.getFirst().path("deadline").asString())));
    }

    @Test
    void nobodyIsAcceptedAfterTheSignal() {
        assertThat(lateAnswers)
                .isNotEmpty()
                .containsOnly(
                        WorkerRegisterAck.rejected("the service is draining; reconnect elsewhere"));
        assertThat(journal).noneMatch(line -> line.contains("late"));
    }

    @Test
    void everyEndIsToldOnceAndBeforeTheBeansEnd() {
        List<String> pids =
                journal.stream()
                        .filter(line -> line.startsWith("registered "))
                        .map(line -> line.split(" ", 3)[1])
                        .toList();
        assertThat(pids).hasSize(registered.size()).doesNotHaveDuplicates();
        assertThat(journal.stream().filter(line -> line.startsWith("unregistered ")))
                .containsExactlyInAnyOrderElementsOf(
                        pids.stream().map(pid -> "unregistered " + pid).toList());
        assertThat(journal).endsWith("closed");
    }

    @Test
    void processEndsByItselfAndASecondSignalDoesNotCutThatShort() {
        assertThat(exitCode).isEqualTo(143);
        assertThat(ending).isGreaterThan(GRACE);
    }

    @Test
    void progressIsLogged() {
        assertThat(messages()).anyMatch(line -> line.matches("draining; open connections: \\d+"));
        assertThat(messages()).contains("drained");
    }

    @Test
    void everyLogLineAboutAConnectionHasItsFields() {
        List<JsonNode> lines =
                logLines().stream()
                        .filter(line -> line.path("message").asString().startsWith("pid "))
                        .toList();
        int shown = Math.min(registered.size(), RepeatedLines.Kind.EVENT.maxLines());
        assertThat(lines).hasSizeGreaterThanOrEqualTo(2 * shown);
        assertThat(lines)
                .allSatisfy(line -> {
                    String message = line.path("message").asString();
                    assertThat(message)
                            .startsWith("pid %s:".formatted(line.path("pid").asString()));
                    assertThat(message).contains("'" + line.path("identity").asString() + "'");
                    assertThat(line.path("instance").asString()).matches(INSTANCE + "/[0-9a-z]+");
                });
    }

    private static void fill(
            ServiceProcess service, List<Leaver> leavers, int count, String identity)
            throws Exception {
        for (int i = 0; i < count; i++) {
            TestWorker worker = connect(service);
            worker.send(new WorkerRegister(0, TestWorker.registration(identity + "-" + i)));
            worker.expectAccepted();
            leavers.add(Leaver.of(worker));
        }
    }

    private static TestWorker connect(ServiceProcess service) throws Exception {
        return service.worker().timeout(ServiceProcess.MAX_WAIT.multipliedBy(3)).connect();
    }

    /** Waits until the server is closed, and notes what it looks like from outside. */
    private void observe(ServiceProcess service) throws Exception {
        await().atMost(ServiceProcess.MAX_WAIT)
                .until(() -> service.get("/actuator/drain").body().contains("draining"));
        progress.add(JSON.readTree(service.get("/actuator/drain").body()));
        readiness.add(service.get("/actuator/health/readiness"));
        try (TestWorker _ = connect(service)) {
            throw new AssertionError("an upgrade got through");
        } catch (UpgradeRefusedException e) {
            refusals.add(e);
        }
    }

    /** What a worker that registers now is answered; nothing if its connection has ended. */
    private static List<Frame> register(TestWorker worker) {
        try {
            worker.send(new WorkerRegister(0, TestWorker.registration("late")));
            return List.of(worker.expect(WorkerRegisterAck.class));
        } catch (UncheckedIOException | AssertionError e) {
            worker.expectClose(1012);
            return List.of();
        }
    }

    private static Publish publication() {
        Bytes schema = Bytes.copyOf(new byte[Envelope.SCHEMA_ID_SIZE]);
        return new Publish(0, 1, "echo", new Envelope(schema, null, null, Bytes.EMPTY), null);
    }

    private List<String> messages() {
        return logLines().stream().map(line -> line.path("message").asString()).toList();
    }

    private List<JsonNode> logLines() {
        return log.lines().filter(line -> line.startsWith("{")).map(JSON::readTree).toList();
    }
}
