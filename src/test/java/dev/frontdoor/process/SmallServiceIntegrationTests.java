package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.WebSocketFrame;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A service with 256 MB and two processors survives workers that send or declare too much, and its
 * other workers do not notice. With {@code -Dlong} each case is repeated.
 */
@TestInstance(Lifecycle.PER_CLASS)
class SmallServiceIntegrationTests {

    private static final int ROUNDS = Boolean.getBoolean("long") ? 10 : 1;
    private static final int UNFINISHED = 250;
    private static final int UNFINISHED_SIZE = 1_048_000;
    private static final int SENT_SIZE = 1_000_000;
    private static final int REGISTRATIONS = 300;

    private ServiceProcess service;
    private Bystanders bystanders;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        Bystanders.notifier().writeTo(directory.resolve("notifiers/pushing.jar"));
        service =
                ServiceProcess.in(directory)
                        .small()
                        .start(
                                "--frontdoor.limits.message-timeout=5s",
                                "--frontdoor.limits.close-timeout=2s");
        bystanders = new Bystanders(service);
    }

    @AfterEach
    void bystandersAreServed() throws Exception {
        bystanders.expectServed();
        assertThat(service.log()).doesNotContain("\tat ");
    }

    @AfterAll
    void openedConnectionsAreClosedInTheEnd() throws Exception {
        bystanders.close();
        try (ServiceProcess _ = service) {
            await().atMost(ServiceProcess.MAX_WAIT)
                    .untilAsserted(() -> {
                        assertThat(service.sum("frontdoor_connections_closed_total"))
                                .isEqualTo(service.sum("frontdoor_connections_opened_total"));
                        assertThat(service.sum("frontdoor_budget_used_bytes")).isZero();
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void unfinishedMessagesEndTheirConnectionsOnly(boolean registered) throws Exception {
        byte[] unfinished =
                WebSocketFrame.declaring(
                        WebSocketFrame.BINARY, UNFINISHED_SIZE, new byte[SENT_SIZE]);
        for (int round = 0; round < ROUNDS; round++) {
            List<TestWorker> offenders = offenders(registered);
            offenders.forEach(offender -> send(offender, unfinished));
            bystanders.expectServed();
            assertThat(offenders)
                    .extracting(offender -> offender.expectClose().code())
                    .isSubsetOf(registered ? List.of(4015, 4016) : List.of(1009));
            offenders.forEach(TestWorker::close);
        }
    }

    @ParameterizedTest
    @CsvSource({"600000, 1", "90000, 10"})
    void unfinishedFragmentsEndTheirConnectionsOnly(int size, int count) throws Exception {
        byte[] first = WebSocketFrame.masked(0x02, new byte[size]);
        byte[] next = WebSocketFrame.masked(0x00, new byte[size]);
        for (int round = 0; round < ROUNDS; round++) {
            List<TestWorker> offenders = offenders(true);
            offenders.forEach(offender -> send(offender, first));
            for (int i = 1; i < count; i++) {
                offenders.forEach(offender -> send(offender, next));
            }
            bystanders.expectServed();
            assertThat(offenders)
                    .extracting(offender -> offender.expectClose().code())
                    .isSubsetOf(4015, 4016)
                    .contains(4016);
            offenders.forEach(TestWorker::close);
        }
    }

    @Test
    void tooLargeRegistrationsAreRejected() throws Exception {
        WorkerRegistration tooLarge =
                Registrations.of("large").namespaces("x".repeat(900_000)).build();
        List<TestWorker> workers = new ArrayList<>();
        for (int i = 0; i < ROUNDS * REGISTRATIONS; i++) {
            TestWorker worker = service.worker().connect();
            workers.add(worker);
            worker.authenticate("");
            assertThat(worker.register(tooLarge).rejection())
                    .contains("at most 262144 are allowed");
        }
        bystanders.expectServed();
        workers.forEach(TestWorker::close);
    }

    @Test
    void registrationsBeyondTheMemoryAreDeferred() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<TestWorker> workers = new ArrayList<>();
            int accepted = 0;
            for (int i = 0; i < REGISTRATIONS; i++) {
                TestWorker worker = service.worker().connect();
                workers.add(worker);
                worker.authenticate("");
                String schema = "\"%d%s\"".formatted(i, "x".repeat(240_000));
                WorkerRegisterAck ack =
                        worker.register(
                                Registrations.of("large-" + i)
                                        .activity("charge", schema, "{}")
                                        .build());
                if (ack.equals(WorkerRegisterAck.ACCEPTED)) {
                    accepted++;
                } else {
                    assertThat(ack.rejection()).endsWith("retry in 30 s");
                }
            }
            assertThat(accepted).isBetween(50, REGISTRATIONS - 50);
            bystanders.expectServed();
            workers.forEach(TestWorker::close);
            await().atMost(ServiceProcess.MAX_WAIT)
                    .until(() -> service.sum("frontdoor_budget_used_bytes") < 1_000_000);
        }
    }

    @Test
    void pushesThatDoNotFitAreRefusedAndTheWorkerStays() throws Exception {
        TestWorker worker = bystanders.first();
        for (int round = 0; round < ROUNDS; round++) {
            double before = pushes("replied") + pushes("not_admitted");
            double replied = pushes("replied");
            worker.send(Bystanders.publication(3, new byte[600_000]));
            worker.send(TestWorker.reply(worker.expect(Push.class), new byte[0]));
            await().atMost(ServiceProcess.MAX_WAIT)
                    .until(() -> {
                        if (worker.poll() instanceof Push push) {
                            worker.send(TestWorker.reply(push, new byte[0]));
                        }
                        return pushes("replied") + pushes("not_admitted") == before + 3;
                    });
            assertThat(pushes("replied")).isGreaterThan(replied);
            assertThat(worker.isOpen()).isTrue();
        }
    }

    /** Workers that have connected, and may have registered. */
    private List<TestWorker> offenders(boolean registered) throws IOException {
        List<TestWorker> offenders = new ArrayList<>();
        for (int i = 0; i < UNFINISHED; i++) {
            TestWorker offender = service.worker().connect();
            offenders.add(offender);
            if (registered) {
                assertThat(offender.register(TestWorker.registration("offender-" + i)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
            }
        }
        return offenders;
    }

    /** Sends bytes of which the service need not take all. */
    private static void send(TestWorker offender, byte[] bytes) {
        try {
            offender.sendRaw(bytes);
        } catch (UncheckedIOException e) {
            // The service has closed the connection before it has read all.
        }
    }

    private double pushes(String outcome) throws IOException, InterruptedException {
        return service.sum("frontdoor_pushes_seconds_count{outcome=\"" + outcome + "\"");
    }
}
