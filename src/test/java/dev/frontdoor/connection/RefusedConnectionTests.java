package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.ServiceContext;

import io.netty.handler.codec.DecoderException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Connections that are refused before they are a worker's, beside departures of workers. */
@ExtendWith(LoggedOutputExtension.class)
class RefusedConnectionTests {

    private static final int FLOOD = 1100;

    @AutoClose
    private final ServiceContext open = new ServiceContext("frontdoor.limits.max-connections=10");

    @AutoClose
    private final ServiceContext closed = new ServiceContext("frontdoor.auth.tokens=secret");

    @Test
    void floodBeyondTheLimitLeavesRealDeparturesInTheList(CapturedOutput output) {
        ConnectedWorkers workers = new ConnectedWorkers(open);
        for (int i = 0; i < 10; i++) {
            workers.register("real-" + i).connection.broken("gone");
        }
        for (int i = 0; i < 10; i++) {
            Worker _ = workers.connect();
        }

        for (int i = 0; i < FLOOD; i++) {
            assertThat(workers.connect().transport.closed()).isEqualTo(CloseCause.CONNECTION_LIMIT);
        }

        assertThat(departures(open))
                .extracting(DepartedWorker::identity)
                .containsExactly(
                        "real-9", "real-8", "real-7", "real-6", "real-5", "real-4", "real-3",
                        "real-2", "real-1", "real-0");
        assertThat(open.value("frontdoor.connections.refused")).isEqualTo(FLOOD);
        assertThat(open.value("frontdoor.connections.closed", "code", "4003")).isEqualTo(FLOOD);
        assertThat(output.toString().lines().filter(line -> line.contains("4003")))
                .hasSizeBetween(1, 20);
    }

    @Test
    void strangersAreNotDepartures(CapturedOutput output) {
        ConnectedWorkers workers = new ConnectedWorkers(closed);
        for (int i = 0; i < 100; i++) {
            workers.connect().authenticates("guess-" + i);
            workers.connect().connection.broken("gone");
            workers.connect().connection.closedByWorker(1000, "");
            workers.connect().sends(new WorkerRegister(0, TestWorker.registration("one")));
        }
        assertThat(departures(closed)).isEmpty();
        assertThat(closed.value("frontdoor.connections.refused")).isEqualTo(400);
        assertThat(output.toString().lines().filter(line -> line.contains("0x0006")))
                .hasSizeBetween(1, 20);

        Worker worker = workers.connect();
        worker.authenticates("secret");
        worker.connection.broken("gone");
        assertThat(departures(closed)).hasSize(1);
    }

    @Test
    void departureKeepsTheIdentityOfAWorkerThatWasNeverAccepted() {
        ConnectedWorkers workers = new ConnectedWorkers(open);
        String identity = "x".repeat(993);
        Worker worker = workers.connect();
        worker.sends(new WorkerRegister(0, TestWorker.registration(identity)));
        open.time().runTasks();
        worker.connection.broken("gone");
        workers.connect().connection.broken("gone");

        List<DepartedWorker> departures = departures(open);
        assertThat(departures.get(0).identity()).isNull();
        assertThat(departures.get(1).identity()).isEqualTo("x".repeat(200) + "...");
        assertThat(departures.get(1).registeredAt()).isNull();
    }

    @Test
    void departureTruncatesTheIdentityOfARegisteredWorker() {
        ConnectedWorkers workers = new ConnectedWorkers(open);
        Worker worker = workers.register("y".repeat(992));
        worker.sends(new WorkerRegister(0, TestWorker.registration("z".repeat(993))));
        worker.connection.broken("gone");

        assertThat(departures(open))
                .singleElement()
                .satisfies(departure -> {
                    assertThat(departure.identity()).isEqualTo("y".repeat(200) + "...");
                    assertThat(departure.registeredAt()).isNotNull();
                });
    }

    @Test
    void workersOwnReasonIsEscapedInTheLog(CapturedOutput output) {
        ConnectedWorkers workers = new ConnectedWorkers(open);
        List<String> reasons = new ArrayList<>();
        reasons.add("bye\n2026-01-01 INFO pid 7: forged");
        reasons.add("\u001b[2Jcleared");
        for (String reason : reasons) {
            Worker worker = workers.register("worker-7");
            assertThat(worker.transport.sent).contains(WorkerRegisterAck.ACCEPTED);
            worker.connection.closedByWorker(3008, reason);
        }
        assertThat(output.toString().lines()).noneMatch(line -> line.startsWith("2026-01-01 INFO"));
        assertThat(output).doesNotContain("\u001b[2J");
        assertThat(departures(open))
                .extracting(departed -> departed.departure().reason())
                .containsExactly("\\u{1b}[2Jcleared", "bye\\u{a}2026-01-01 INFO pid 7: forged");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 'disconnected: code 1000, by worker'",
        "bye, 'disconnected: code 1000, by worker: bye'"
    })
    void logLineEndsWithTheReasonIfThereIsOne(String reason, String end, CapturedOutput output) {
        new ConnectedWorkers(open).register("worker-7").connection.closedByWorker(1000, reason);

        await().atMost(ServerUnderTest.MAX_WAIT)
                .untilAsserted(() ->
                        assertThat(
                                        output.toString()
                                                .lines()
                                                .filter(line -> line.contains("disconnected:")))
                                .singleElement(as(STRING))
                                .endsWith(end));
    }

    @ParameterizedTest
    @CsvSource({
        "recvAddress(..) failed: Connection reset by peer, the connection broke: reset by peer",
        "recvAddress(..) failed: Connection timed out, the connection broke: timed out",
        "send(..) failed: Broken pipe, the connection broke: Broken pipe",
        "Connection reset, the connection broke: reset",
        "closed by the peer, the connection broke: closed by the peer",
        ", the connection broke"
    })
    void brokenConnectionSaysHowInPlainWords(@Nullable String message, String reason) {
        ConnectedWorkers workers = new ConnectedWorkers(open);
        IOException broken = new IOException(message);
        workers.connect().connection.failed(broken);
        workers.connect().connection.failed(new DecoderException(broken));

        assertThat(departures(open))
                .extracting(departed -> departed.departure().reason())
                .containsExactly(reason, reason);
    }

    private static List<DepartedWorker> departures(ServiceContext service) {
        return service.bean(Departures.class).newestFirst().stream()
                .map(Departures.Numbered::departed)
                .toList();
    }
}
