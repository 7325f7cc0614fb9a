package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.Departure;
import dev.frontdoor.notifier.Departure.Initiator;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.Traffic;
import dev.frontdoor.notifier.TransportKind;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class EventTests {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final WallClock clock = new WallClock(Instant.parse("2026-11-22T06:14:00Z"));
    private final EventFactory events =
            new EventFactory("/front-door/a-1", clock, _ -> Optional.empty());

    @Test
    void aRegistrationIsWrittenWithAllTheWorkerDeclared() {
        WorkerRegistration registration =
                Registrations.of("worker-7")
                        .namespaces("billing", "billing-eu")
                        .node("n1")
                        .activity("charge", "{\"type\":\"object\"}", "not even JSON")
                        .build();

        Event event = events.registered(7, registration);

        assertThat(MAPPER.readTree(event.json()))
                .isEqualTo(
                        MAPPER.readTree(
                                """
                                {
                                  "specversion": "1.0",
                                  "id": "%s",
                                  "source": "/front-door/a-1",
                                  "type": "dev.frontdoor.worker.registered",
                                  "subject": "7",
                                  "time": "2026-11-22T06:14:00Z",
                                  "sequence": "0000000000000000001",
                                  "datacontenttype": "application/json",
                                  "data": {
                                    "pid": 7,
                                    "identity": "worker-7",
                                    "namespaces": ["billing", "billing-eu"],
                                    "taskQueue": "default",
                                    "node": "n1",
                                    "activityTypes": ["echo"],
                                    "activities": [{
                                      "name": "charge",
                                      "inputSchemaJson": "{\\"type\\":\\"object\\"}",
                                      "outputSchemaJson": "not even JSON"
                                    }]
                                  }
                                }
                                """
                                        .formatted(event.id())));
    }

    @Test
    void aNodeThatIsNotGivenIsNullAndAnEmptyOneEmpty() {
        JsonNode without = data(events.registered(1, Registrations.of("w").build()));
        JsonNode empty = data(events.registered(1, Registrations.of("w").node("").build()));

        assertThat(without.path("node").isNull()).isTrue();
        assertThat(empty.path("node").asString()).isEmpty();
        assertThat(empty.path("node").isNull()).isFalse();
    }

    @Test
    void anEndNamesThePidOnly() {
        Event event = events.unregistered(Long.MAX_VALUE);

        JsonNode json = MAPPER.readTree(event.json());
        assertThat(json.path("type").asString()).isEqualTo("dev.frontdoor.worker.unregistered");
        assertThat(json.path("subject").asString()).isEqualTo("9223372036854775807");
        assertThat(json.path("data")).isEqualTo(MAPPER.readTree("{\"pid\": 9223372036854775807}"));
    }

    @Test
    void connectionIsWrittenAsTheStreamOfEventsDoes() {
        Instant start = Instant.parse("2026-11-22T06:13:00Z");
        ConnectionFacts facts =
                new ConnectionFacts(
                        "front-door/a-1",
                        7,
                        TransportKind.TCP,
                        "10.1.2.3:5",
                        start,
                        new Principal("token 1"),
                        "acme/\u202e" + "x".repeat(250),
                        Map.of("zone", "\u0001".repeat(256), "tier", "gold"),
                        start,
                        null,
                        new Traffic(1, 2),
                        new Traffic(3, 4),
                        Map.of(),
                        new Departure(
                                4012,
                                Initiator.SERVICE,
                                "nothing heard",
                                Instant.parse("2026-11-22T06:14:00Z")));
        EventFactory known = new EventFactory("/front-door/a-1", clock, pid -> Optional.of(facts));

        for (Event event :
                List.of(
                        known.registered(7, TestWorker.registration("worker-7")),
                        known.unregistered(7))) {
            JsonNode data = data(event);
            assertThat(data.required("remoteAddress").stringValue()).isEqualTo("10.1.2.3:5");
            assertThat(data.required("transport").stringValue()).isEqualTo("tcp");
            assertThat(data.required("principal").stringValue()).isEqualTo("token 1");
            assertThat(data.required("userAgent").stringValue()).startsWith("acme/\u202e");
            assertThat(data.required("labels").required("tier").stringValue()).isEqualTo("gold");
            assertThat(data.required("connectedAt").stringValue())
                    .isEqualTo("2026-11-22T06:13:00Z");
            assertThat(data.required("departure"))
                    .isEqualTo(
                            MAPPER.readTree(
                                    """
                                    {"code": 4012, "by": "service", "reason": "nothing heard",
                                     "endedAt": "2026-11-22T06:14:00Z"}
                                    """));
            assertThat(event.json().length).isLessThan((int) event.maxSize());
        }
    }

    @Test
    void everyEventHasItsOwnIdAndAHigherSequence() {
        JsonNode first = MAPPER.readTree(events.unregistered(1).json());
        JsonNode second = MAPPER.readTree(events.unregistered(1).json());

        assertThat(second.path("id")).isNotEqualTo(first.path("id"));
        assertThat(second.path("sequence").asString())
                .isGreaterThan(first.path("sequence").asString());
    }

    @Test
    void oneEventIsWrittenTheSameEachTime() {
        Event event = events.registered(1, Registrations.of("w\u00e4\uD83D\uDE00\"\n").build());

        assertThat(event.json()).isEqualTo(event.json());
        assertThat(new String(event.json(), StandardCharsets.UTF_8)).contains("w\u00e4");
    }

    private static JsonNode data(Event event) {
        return MAPPER.readTree(event.json()).path("data");
    }
}
