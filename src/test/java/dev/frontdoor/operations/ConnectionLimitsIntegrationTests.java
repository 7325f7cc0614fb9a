package dev.frontdoor.operations;

import static dev.frontdoor.test.server.Requests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The limits of connections, in total and from one address. */
class ConnectionLimitsIntegrationTests {

    private static final String PER_ADDRESS =
            "the limit of 2 connections from one address is reached";

    @Nested
    @BothTransports
    @FrontDoorTest("frontdoor.limits.max-connections=50")
    class InAll {

        private static final int LIMIT = 50;
        private static final int FLOOD = 400;
        private static final int RESERVE = 64;
        private static final String UNANSWERED = "closed unanswered";
        private static final String REASON = "the connection limit of 50 is reached";

        private final ServerUnderTest server;

        InAll(ServerUnderTest server) {
            this.server = server;
        }

        @AfterEach
        void nobodyIsLeft() {
            server.expectNobody();
            ServerUnderTest.eventually(
                    () -> assertThat(server.sum("frontdoor.tcp.connections")).isZero());
        }

        @Test
        void floodIsTurnedAwayWhileThoseWhoAreInAreServed() throws Exception {
            double before = refused();
            List<TestWorker> in = new ArrayList<>();
            for (int i = 0; i < LIMIT; i++) {
                in.add(server.register(server.newIdentity()));
            }
            List<Callable<String>> arrivals = new ArrayList<>();
            for (int i = 0; i < FLOOD; i++) {
                arrivals.add(() -> {
                    try (TestWorker worker = server.connect()) {
                        TestWorker.Close _ = worker.expectClose();
                        return worker.receivedCount() == 0 ? UNANSWERED : expectTurnedAway(worker);
                    } catch (IOException | UncheckedIOException _) {
                        return UNANSWERED;
                    }
                });
            }
            // Not many more at a time than the service refuses with an answer.
            try (ExecutorService flood = Executors.newFixedThreadPool(32)) {
                List<Future<String>> answers = arrivals.stream().map(flood::submit).toList();
                while (answers.stream().anyMatch(answer -> !answer.isDone())) {
                    in.forEach(TestWorker::expectNothing);
                }
                for (Future<String> answer : answers) {
                    assertThat(answer.get()).isIn(REASON, UNANSWERED);
                }
            }
            assertThat(refused()).isEqualTo(before + FLOOD);
            assertThat(server.sum("frontdoor.connections.limit")).isEqualTo(LIMIT);
            assertThat(server.ask("/actuator/health").status()).isEqualTo(200);

            in.removeLast().close();
            ServerUnderTest.eventually(() ->
                    assertThat(server.sum("frontdoor.connections", "state", "connected"))
                            .isEqualTo(LIMIT - 1));
            in.add(server.register(server.newIdentity()));
            in.forEach(TestWorker::close);
        }

        @Test
        void silentConnectionsLeaveTheReserveAndNoMore() throws Exception {
            double before = server.sum("frontdoor.tcp.connections.refused", "reason", "total");
            List<HttpSocket> silent = new ArrayList<>();
            try (TestWorker worker = server.register(server.newIdentity())) {
                for (int i = 1; i < LIMIT + RESERVE; i++) {
                    silent.add(server.http());
                }
                ServerUnderTest.eventually(() ->
                        assertThat(server.sum("frontdoor.tcp.connections"))
                                .isEqualTo(LIMIT + RESERVE));
                try (HttpSocket beyond = server.http()) {
                    assertThat(beyond.ends()).isTrue();
                }
                server.expectSum(
                        before + 1, "frontdoor.tcp.connections.refused", "reason", "total");

                silent.removeLast().close();
                ServerUnderTest.eventually(() ->
                        assertThat(server.sum("frontdoor.tcp.connections"))
                                .isLessThan(LIMIT + RESERVE));
                try (TestWorker next = server.register(server.newIdentity())) {
                    next.expectNothing();
                }
                worker.expectNothing();
            } finally {
                for (HttpSocket socket : silent) {
                    socket.close();
                }
            }
        }

        private double refused() {
            return server.sum("frontdoor.connections.closed", "code", "4003")
                    + server.sum("frontdoor.tcp.connections.refused");
        }
    }

    @Nested
    @FrontDoorTest({
        "frontdoor.limits.max-connections-per-address=2",
        "frontdoor.limits.trusted-proxies=127.0.0.0/8,10.1.0.0/16"
    })
    class FromOneAddressBehindProxies {

        private final ServerUnderTest server;

        FromOneAddressBehindProxies(ServerUnderTest server) {
            this.server = server;
        }

        @AfterEach
        void nobodyIsLeft() {
            server.expectNobody();
            ServerUnderTest.eventually(
                    () -> assertThat(server.sum("frontdoor.tcp.connections")).isZero());
        }

        @Test
        void eachAddressHasALimitOfItsOwnAndALeaverMakesRoom() throws Exception {
            try (TestWorker first = from("192.0.2.1");
                    TestWorker _ = from("192.0.2.1");
                    TestWorker third = from("192.0.2.1");
                    TestWorker other = from("192.0.2.2")) {
                assertThat(expectTurnedAway(third)).isEqualTo(PER_ADDRESS);
                other.expectNothing();
                first.disconnect();
                first.expectClose(1000);
                try (TestWorker next = from("192.0.2.1")) {
                    next.expectNothing();
                }
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "198.51.100.9",
                    "203.0.113.5, 198.51.100.9",
                    "198.51.100.9, 10.1.2.3",
                    "nonsense,198.51.100.9 ,10.1.2.3,127.0.0.9"
                })
        void lastAddressThatIsNoProxysCounts(String forwardedFor) throws Exception {
            try (TestWorker _ = from("198.51.100.9");
                    TestWorker _ = from("198.51.100.9");
                    TestWorker worker = from(forwardedFor)) {
                assertThat(expectTurnedAway(worker)).isEqualTo(PER_ADDRESS);
            }
        }

        @Test
        void addressIsShownToOperators() throws Exception {
            try (TestWorker worker = from("192.0.2.77")) {
                worker.register(TestWorker.registration("shown"));
                assertThat(server.read("/actuator/registrations").toString())
                        .contains("\"remoteAddress\":\"192.0.2.77\"");
            }
        }

        private TestWorker from(String forwardedFor) throws IOException {
            return server.worker().header("X-Forwarded-For", forwardedFor).connect();
        }
    }

    @Nested
    @FrontDoorTest({
        "frontdoor.limits.max-connections-per-address=2",
        "frontdoor.limits.close-timeout=60s"
    })
    class FromOneAddress {

        private final ServerUnderTest server;

        FromOneAddress(ServerUnderTest server) {
            this.server = server;
        }

        @AfterEach
        void nobodyIsLeft() {
            server.expectNobody();
            ServerUnderTest.eventually(
                    () -> assertThat(server.sum("frontdoor.tcp.connections")).isZero());
        }

        @Test
        void forwardedAddressesOfStrangersAreNotBelieved() throws Exception {
            try (TestWorker first = from("192.0.2.1");
                    TestWorker second = from("192.0.2.2");
                    TestWorker third = from("192.0.2.3")) {
                assertThat(expectTurnedAway(third)).isEqualTo(PER_ADDRESS);
                first.expectNothing();
                second.expectNothing();
            }
        }

        @Test
        void connectionThatIsClosingCountsAsTcpConnectionOnly() throws Exception {
            double before = server.sum("frontdoor.tcp.connections.refused", "reason", "address");
            try (HttpSocket closing = server.http();
                    TestWorker first = server.connect()) {
                closing.send(upgrade().toString());
                assertThat(closing.answer().status()).isEqualTo(101);
                closing.send(WebSocketFrame.masked(0x81, new byte[] {'x'}));
                assertThat(closing.frame().firstByte()).isEqualTo(WebSocketFrame.CLOSE);

                try (TestWorker second = server.connect();
                        HttpSocket beyond = server.http()) {
                    second.expectNothing();
                    assertThat(beyond.ends()).isTrue();
                }
                first.expectNothing();
            }
            server.expectSum(before + 1, "frontdoor.tcp.connections.refused", "reason", "address");
        }

        private TestWorker from(String forwardedFor) throws IOException {
            return server.worker().header("X-Forwarded-For", forwardedFor).connect();
        }
    }

    @Nested
    @BothTransports
    @FrontDoorTest("frontdoor.limits.max-connections-per-address=2")
    class FromOneSocketAddress {

        private final ServerUnderTest server;

        FromOneSocketAddress(ServerUnderTest server) {
            this.server = server;
        }

        @AfterEach
        void nobodyIsLeft() {
            server.expectNobody();
        }

        @Test
        void workerBeyondTheLimitIsRefusedAndALeaverMakesRoom() throws Exception {
            try (TestWorker first = server.connect();
                    TestWorker second = server.connect()) {
                second.expectNothing();
                try (TestWorker third = server.connect()) {
                    assertThat(expectTurnedAway(third)).isEqualTo(PER_ADDRESS);
                }
                first.disconnect();
                first.expectClose(1000);
                try (TestWorker next = server.connect()) {
                    next.expectNothing();
                }
            }
        }
    }

    /** Expects a worker to be refused, and returns the reason. */
    private static String expectTurnedAway(TestWorker worker) {
        ConnectError error = worker.expect(ConnectError.class);
        assertThat(error.reasonCode()).isEqualTo(ReasonCode.OTHER.code());
        String reason = worker.expectClose(4003).reason();
        assertThat(error.message()).isEqualTo(reason);
        return reason;
    }
}
