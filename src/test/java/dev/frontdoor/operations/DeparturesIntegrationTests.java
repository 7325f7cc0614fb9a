package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.Door;
import dev.frontdoor.test.server.House;
import dev.frontdoor.test.server.ScriptedNotifier;

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

/** What operators learn of connections that have ended, and how they end some themselves. */
@DoorWith("frontdoor.departures.size=6")
class DeparturesIntegrationTests {

    private final Door door;
    private final ScriptedNotifier porter;

    DeparturesIntegrationTests(Door door, @Qualifier(House.PORTER) ScriptedNotifier porter) {
        this.door = door;
        this.porter = porter;
    }

    @AfterEach
    void nobodyIsLeft() {
        door.expectNobody();
    }

    @Test
    void departureTellsAllThatIsKnownOfAConnection() throws Exception {
        String identity = door.newIdentity();
        Instant before = Instant.now().minusSeconds(1);
        try (TestWorker worker = door.register(identity)) {
            worker.disconnect();
            worker.expectClose(1000);
        }
        JsonNode departure = departures("?identity=" + identity).getFirst();
        assertThat(departure.path("pid").asLong()).isEqualTo(porter.pidOf(identity));
        assertThat(departure.path("identity").asString()).isEqualTo(identity);
        assertThat(departure.path("remoteAddress").asString()).startsWith("127.0.0.1:");
        Instant connected = Instant.parse(departure.path("connectedAt").asString());
        Instant registered = Instant.parse(departure.path("registeredAt").asString());
        Instant ended = Instant.parse(departure.path("endedAt").asString());
        assertThat(List.of(before, connected, registered, ended)).isSorted();
        assertThat(Duration.parse(departure.path("registeredFor").asString()))
                .isEqualTo(Duration.between(registered, ended));
        assertThat(departure.path("code").asInt()).isEqualTo(1000);
        assertThat(departure.path("by").asString()).isEqualTo("worker");
        assertThat(departure.path("reason").asString()).isEqualTo("Disconnect");
    }

    @Test
    void whoEndedAConnectionIsTold() throws Exception {
        String closing = door.newIdentity();
        try (TestWorker worker = door.register(closing)) {
            worker.close(1000, "bye");
            worker.expectClose(1000);
        }
        expectEnd(closing, 1000, "worker");
        String vanishing = door.newIdentity();
        try (TestWorker worker = door.register(vanishing)) {
            worker.vanish();
        }
        expectEnd(vanishing, 1006, "network");
        String refused = door.newIdentity();
        try (TestWorker worker = door.register(refused)) {
            worker.sendText("hello");
            worker.expectClose(1003);
        }
        expectEnd(refused, 1003, "service");
        String disconnected = door.newIdentity();
        try (TestWorker worker = door.register(disconnected)) {
            delete("/" + porter.pidOf(disconnected) + "?reason=maintenance");
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
            String identity = door.newIdentity();
            try (TestWorker worker = door.register(identity)) {
                worker.disconnect();
                worker.expectClose(1000);
            }
            identities.add(identity);
        }
        assertThat(departures("").stream().map(it -> it.path("identity").asString()))
                .containsExactlyElementsOf(identities.subList(2, 8).reversed());
        assertThat(departures("?limit=2")).hasSize(2);
        assertThat(door.ask("/actuator/departures?limit=0").status()).isEqualTo(400);
        assertThat(door.ask("/actuator/departures?code=many").status()).isEqualTo(400);
    }

    @Test
    void filtersApplyTogether() throws Exception {
        String identity = door.newIdentity();
        for (int i = 0; i < 2; i++) {
            try (TestWorker worker = door.register(identity)) {
                worker.disconnect();
                worker.expectClose(1000);
            }
        }
        try (TestWorker worker = door.register(identity)) {
            worker.sendText("hello");
            worker.expectClose(1003);
        }
        assertThat(departures("?identity=" + identity)).hasSize(3);
        assertThat(departures("?code=1000&identity=" + identity)).hasSize(2);
        assertThat(departures("?code=1003&identity=" + identity)).hasSize(1);
        assertThat(departures("?code=1003&identity=nobody")).isEmpty();
    }

    @Test
    void workerThatNeverRegisteredLeavesWithoutAnIdentity() throws Exception {
        try (TestWorker worker = door.connect()) {
            worker.sendText("hello");
            worker.expectClose(1003);
        }
        JsonNode departure = departures("?limit=1").getFirst();
        assertThat(departure.path("code").asInt()).isEqualTo(1003);
        assertThat(departure.path("identity").isNull()).isTrue();
        assertThat(departure.path("registeredAt").isNull()).isTrue();
        assertThat(departure.path("registeredFor").isNull()).isTrue();
    }

    @Test
    void workerIsToldTheReasonOfItsDisconnection() throws Exception {
        String identity = door.newIdentity();
        try (TestWorker worker = door.register(identity)) {
            assertThat(delete("/" + porter.pidOf(identity) + "?reason=too%20old").status())
                    .isEqualTo(204);
            assertThat(worker.expectClose(4500).reason()).isEqualTo("too old");
        }
    }

    @Test
    void bulkDisconnectionNeedsTheRightNumber() throws Exception {
        String queue = door.newIdentity();
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
        TestWorker worker = door.connect();
        worker.register(Registrations.of(door.newIdentity()).taskQueue(queue).build());
        return worker;
    }

    private void expectEnd(String identity, int code, String by) {
        Door.soon(() -> {
            List<JsonNode> departures = departures("?identity=" + identity);
            assertThat(departures).hasSize(1);
            assertThat(departures.getFirst().path("code").asInt()).isEqualTo(code);
            assertThat(departures.getFirst().path("by").asString()).isEqualTo(by);
        });
    }

    private List<JsonNode> departures(String query) throws IOException {
        List<JsonNode> departures = new ArrayList<>();
        door.read("/actuator/departures" + query).path("departures").forEach(departures::add);
        return departures;
    }

    private HttpResponse delete(String what) throws IOException {
        return door.request("DELETE", "/actuator/registrations" + what);
    }
}
