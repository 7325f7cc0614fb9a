package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The endpoint of departures, and disconnections by operators. */
@FrontDoorTest("frontdoor.departures.size=6")
@BothTransports
class DeparturesIntegrationTests {

    /** A Ping on a stream of the application. */
    private static final byte[] NOT_A_FRAME = {0x13, 0, 0, 0, 0, 1, 0, 0, 0, 0};

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;

    DeparturesIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.firstNotifier = firstNotifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void departureTellsAllThatIsKnownOfAConnection() throws Exception {
        String identity = server.newIdentity();
        Instant before = Instant.now().minusSeconds(1);
        long start = System.nanoTime();
        try (TestWorker worker = server.register(identity)) {
            worker.disconnect();
            worker.expectClose(1000);
        }
        JsonNode departure = departures("?identity=" + identity).getFirst();
        assertThat(departure.path("pid").asLong()).isEqualTo(firstNotifier.pidOf(identity));
        assertThat(departure.path("identity").asString()).isEqualTo(identity);
        assertThat(departure.path("remoteAddress").asString()).startsWith("127.0.0.1:");
        assertThat(departure.path("transport").asString()).isEqualTo(server.transport().label());
        Instant connected = Instant.parse(departure.path("connectedAt").asString());
        Instant registered = Instant.parse(departure.path("registeredAt").asString());
        Instant ended = Instant.parse(departure.path("endedAt").asString());
        assertThat(List.of(before, connected, registered, ended)).isSorted();
        assertThat(Duration.parse(departure.path("registeredFor").asString()))
                .isBetween(Duration.ZERO, Duration.ofNanos(System.nanoTime() - start));
        assertThat(departure.path("code").asInt()).isEqualTo(1000);
        assertThat(departure.path("by").asString()).isEqualTo("worker");
        assertThat(departure.path("reason").asString()).isEqualTo("Disconnect");
    }

    @Test
    void whoEndedAConnectionIsTold() throws Exception {
        String closing = server.newIdentity();
        try (TestWorker worker = server.register(closing)) {
            worker.close(1000, "bye");
            worker.expectClose(1000);
        }
        expectEnd(closing, 1000, "worker");
        String vanishing = server.newIdentity();
        try (TestWorker worker = server.register(vanishing)) {
            worker.vanish();
        }
        expectEnd(vanishing, 1006, "network");
        String refused = server.newIdentity();
        try (TestWorker worker = server.register(refused)) {
            worker.sendBytes(NOT_A_FRAME);
            worker.expectClose(1002);
        }
        expectEnd(refused, 1002, "service");
        String disconnected = server.newIdentity();
        try (TestWorker worker = server.register(disconnected)) {
            delete("/" + firstNotifier.pidOf(disconnected) + "?reason=maintenance");
            worker.expectClose(4500);
        }
        expectEnd(disconnected, 4500, "operator");
        assertThat(departures("?code=4500").getFirst().path("reason").asString())
                .isEqualTo("maintenance");
    }

    @Test
    void oldestAreForgottenAndTheLastToEndIsFirst() throws Exception {
        List<String> identities = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String identity = server.newIdentity();
            try (TestWorker worker = server.register(identity)) {
                worker.disconnect();
                worker.expectClose(1000);
            }
            identities.add(identity);
        }
        assertThat(departures("").stream().map(it -> it.path("identity").asString()))
                .containsExactlyElementsOf(identities.subList(2, 8).reversed());
        assertThat(departures("?limit=2")).hasSize(2);
        assertThat(server.ask("/actuator/departures?limit=0").status()).isEqualTo(400);
        assertThat(server.ask("/actuator/departures?code=many").status()).isEqualTo(400);
    }

    @Test
    void filtersApplyTogether() throws Exception {
        String identity = server.newIdentity();
        for (int i = 0; i < 2; i++) {
            try (TestWorker worker = server.register(identity)) {
                worker.disconnect();
                worker.expectClose(1000);
            }
        }
        try (TestWorker worker = server.register(identity)) {
            worker.sendBytes(NOT_A_FRAME);
            worker.expectClose(1002);
        }
        assertThat(departures("?identity=" + identity)).hasSize(3);
        assertThat(departures("?code=1000&identity=" + identity)).hasSize(2);
        assertThat(departures("?code=1002&identity=" + identity)).hasSize(1);
        assertThat(departures("?code=1002&identity=nobody")).isEmpty();
    }

    @Test
    void workerThatNeverRegisteredLeavesWithoutAnIdentity() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.sendBytes(NOT_A_FRAME);
            worker.expectClose(1002);
        }
        JsonNode departure = departures("?limit=1").getFirst();
        assertThat(departure.path("code").asInt()).isEqualTo(1002);
        assertThat(departure.path("identity").isNull()).isTrue();
        assertThat(departure.path("registeredAt").isNull()).isTrue();
        assertThat(departure.path("registeredFor").isNull()).isTrue();
    }

    @Test
    void workerIsToldTheReasonOfItsDisconnection() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity)) {
            assertThat(delete("/" + firstNotifier.pidOf(identity) + "?reason=too%20old").status())
                    .isEqualTo(204);
            assertThat(worker.expectClose(4500).reason()).isEqualTo("too old");
        }
    }

    @Test
    void bulkDisconnectionNeedsTheRightNumber() throws Exception {
        String queue = server.newIdentity();
        try (TestWorker first = onQueue(queue);
                TestWorker second = onQueue(queue);
                TestWorker other = onQueue("default")) {
            assertThat(delete("?taskQueue=" + queue).status()).isEqualTo(400);
            HttpResponse conflict = delete("?taskQueue=" + queue + "&confirm=1");
            assertThat(conflict.status()).isEqualTo(409);
            JsonNode refused = JsonMapper.shared().readTree(conflict.body());
            assertThat(refused.path("matching").asInt()).isEqualTo(2);
            assertThat(refused.path("disconnected").asInt()).isZero();
            first.expectNothing();

            HttpResponse done = delete("?taskQueue=%s&confirm=2&reason=moved".formatted(queue));
            assertThat(done.status()).isEqualTo(200);
            assertThat(JsonMapper.shared().readTree(done.body()).path("disconnected").asInt())
                    .isEqualTo(2);
            assertThat(first.expectClose(4500).reason()).isEqualTo("moved");
            assertThat(second.expectClose(4500).reason()).isEqualTo("moved");
            other.expectNothing();
        }
    }

    private TestWorker onQueue(String queue) throws IOException {
        TestWorker worker = server.connect();
        worker.register(Registrations.of(server.newIdentity()).taskQueue(queue).build());
        return worker;
    }

    private void expectEnd(String identity, int code, String by) {
        ServerUnderTest.eventually(() -> {
            List<JsonNode> departures = departures("?identity=" + identity);
            assertThat(departures).hasSize(1);
            assertThat(departures.getFirst().path("code").asInt()).isEqualTo(code);
            assertThat(departures.getFirst().path("by").asString()).isEqualTo(by);
        });
    }

    private List<JsonNode> departures(String query) throws IOException {
        List<JsonNode> departures = new ArrayList<>();
        server.read("/actuator/departures" + query).path("departures").forEach(departures::add);
        return departures;
    }

    private HttpResponse delete(String what) throws IOException {
        return server.request("DELETE", "/actuator/registrations" + what);
    }
}
