package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.Departure;
import dev.frontdoor.notifier.Departure.Initiator;
import dev.frontdoor.notifier.TransportKind;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * When a notifier knows the facts of a connection: from before its first call to after its last.
 */
@FrontDoorTest
@BothTransports
@Import(ConnectionFactsIntegrationTests.Notifiers.class)
class ConnectionFactsIntegrationTests {

    private final ServerUnderTest server;
    private final Workers workers;
    private final Reader reader;

    ConnectionFactsIntegrationTests(ServerUnderTest server, Workers workers, Reader reader) {
        this.server = server;
        this.workers = workers;
        this.reader = reader;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void factsAreKnownFromTheFirstCallUntilTheLastHasReturned() throws Exception {
        Gates gates = reader.expect();
        gates.registering.countDown();
        String identity = server.newIdentity();
        try (TestWorker worker = server.connect()) {
            worker.register(TestWorker.registration(identity));
            ConnectionFacts first = get(gates.first);
            assertThat(first.departure()).isNull();
            assertThat(first.remoteAddress()).startsWith("127.0.0.1:");
            assertThat(first.transport()).isIn((Object[]) TransportKind.values());
            assertThat(first.received().frames()).isPositive();
            assertThat(now(first.pid()).sent().frames()).isEqualTo(1);
            worker.disconnect();
            worker.expectClose(1000);
        }
        ConnectionFacts last = get(gates.last);
        expectDeparture(last, 1000, Initiator.WORKER);
        expectDeparture(now(last.pid()), 1000, Initiator.WORKER);
        gates.unregistering.countDown();
        expectForgotten(last.pid());
    }

    @Test
    void connectionThatEndsBeforeItsDecisionTellsItsDeparture() throws Exception {
        Gates gates = reader.expect();
        try (TestWorker worker = server.connect()) {
            worker.send(new WorkerRegister(0, TestWorker.registration(server.newIdentity())));
            long pid = get(gates.first).pid();
            assertThat(now(pid).departure()).isNull();
            worker.vanish();
            ServerUnderTest.eventually(() -> assertThat(now(pid).departure()).isNotNull());
            gates.registering.countDown();
            ConnectionFacts last = get(gates.last);
            expectDeparture(last, 1006, Initiator.NETWORK);
            assertThat(last.pid()).isEqualTo(pid);
            gates.unregistering.countDown();
            expectForgotten(pid);
        }
    }

    @Test
    void openConnectionWithoutADecisionInForceIsKnown() throws Exception {
        Gates gates = reader.expect();
        gates.rejects = true;
        gates.registering.countDown();
        try (TestWorker worker = server.connect()) {
            worker.register(TestWorker.registration(server.newIdentity()));
            long pid = get(gates.first).pid();
            assertThat(now(pid).departure()).isNull();
            assertThat(workers.find(pid)).isEmpty();
            worker.disconnect();
            worker.expectClose(1000);
            expectForgotten(pid);
        }
    }

    @Test
    void pushesAreCountedByOutcome() throws Exception {
        Gates gates = reader.expect();
        gates.registering.countDown();
        gates.unregistering.countDown();
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.replyToPushes(payload -> payload);
            long pid = get(gates.first).pid();
            for (int i = 0; i < 3; i++) {
                assertThat(workers.push(pid, new byte[1], Duration.ofSeconds(20)))
                        .succeedsWithin(ServerUnderTest.MAX_WAIT);
            }
            assertThat(workers.push(pid, new byte[2_000_000], Duration.ofSeconds(20)))
                    .failsWithin(ServerUnderTest.MAX_WAIT);
            assertThat(now(pid).pushes())
                    .containsOnly(Map.entry("replied", 3L), Map.entry("not_admitted", 1L));
        }
    }

    @Test
    void pushesThatTheEndFailedAreCountedBeforeTheUnregisterCall() throws Exception {
        Gates gates = reader.expect();
        gates.registering.countDown();
        gates.unregistering.countDown();
        try (TestWorker worker = server.register(server.newIdentity())) {
            long pid = get(gates.first).pid();
            for (int i = 0; i < 20; i++) {
                assertThat(workers.push(pid, new byte[1], Duration.ofSeconds(20))).isNotDone();
            }
            worker.vanish();
            assertThat(get(gates.last).pushes()).containsOnly(Map.entry("disconnected", 20L));
        }
    }

    private ConnectionFacts now(long pid) {
        return workers.connection(pid).orElseThrow();
    }

    private void expectForgotten(long pid) {
        ServerUnderTest.eventually(() -> assertThat(workers.connection(pid)).isEmpty());
    }

    private static void expectDeparture(ConnectionFacts facts, int code, Initiator initiator) {
        Departure departure = Objects.requireNonNull(facts.departure());
        assertThat(departure.code()).isEqualTo(code);
        assertThat(departure.initiator()).isEqualTo(initiator);
        assertThat(departure.reason()).isNotEmpty();
        assertThat(departure.endedAt()).isAfterOrEqualTo(facts.connectedAt());
    }

    private static ConnectionFacts get(CompletableFuture<ConnectionFacts> facts) throws Exception {
        return facts.get(ServerUnderTest.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** What one worker's calls wait for, and what they have read before. */
    private static final class Gates {

        private final CountDownLatch registering = new CountDownLatch(1);
        private final CountDownLatch unregistering = new CountDownLatch(1);
        private final CompletableFuture<ConnectionFacts> first = new CompletableFuture<>();
        private final CompletableFuture<ConnectionFacts> last = new CompletableFuture<>();
        private volatile boolean rejects;
    }

    /** Reads the facts in each of its calls. */
    static final class Reader implements ConnectionNotifier {

        private final Workers workers;
        private volatile Gates gates = new Gates();

        Reader(Workers workers) {
            this.workers = workers;
        }

        private Gates expect() {
            gates = new Gates();
            return gates;
        }

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            gates.first.complete(workers.connection(pid).orElseThrow());
            ServerUnderTest.awaitLatch(gates.registering);
            if (gates.rejects) {
                throw new IllegalStateException("rejected by the test");
            }
        }

        @Override
        public void onWorkerUnregistered(long pid) {
            gates.last.complete(workers.connection(pid).orElseThrow());
            ServerUnderTest.awaitLatch(gates.unregistering);
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Notifiers {

        @Bean
        Reader reader(Workers workers) {
            return new Reader(workers);
        }
    }
}
