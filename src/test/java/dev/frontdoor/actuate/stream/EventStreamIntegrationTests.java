package dev.frontdoor.actuate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.event.EventLog;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.EventReader.ServerSentEvent;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.test.context.TestPropertySource;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** What a stream of events contains, and how it begins, resumes and ends. */
@OpenServerTest
@TestPropertySource(
        properties = {
            "frontdoor.duplicate-identity=replace",
            "frontdoor.events.buffer-size=100",
            "frontdoor.events.max-streams=3",
            "frontdoor.events.comment-interval=250ms",
            "frontdoor.management.limits.request-head-timeout=1s",
            "frontdoor.management.limits.request-body-timeout=1s",
            "frontdoor.management.limits.idle-timeout=1s",
            "frontdoor.management.limits.write-timeout=2m"
        })
class EventStreamIntegrationTests {

    private static final String SNAPSHOT = "?snapshot=true";

    private final ServerUnderTest server;
    private final EventLog log;
    private final ScriptedNotifier firstNotifier;

    EventStreamIntegrationTests(
            ServerUnderTest server,
            EventLog log,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.log = log;
        this.firstNotifier = firstNotifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
        server.expectSum(0, "frontdoor.events.streams");
    }

    @Test
    void streamTellsWhoIsAdmittedAndWhoDeparts() throws Exception {
        try (EventReader reader = EventReader.open(server, "")) {
            assertThat(reader.head().header("Content-Type")).containsExactly("text/event-stream");
            assertThat(reader.head().header("Cache-Control")).containsExactly("no-store");
            ServerSentEvent opened = reader.next();
            assertThat(opened.type()).isEqualTo("opened");
            assertThat(opened.data().required("instance").stringValue()).startsWith("under-test/");

            String identity = server.newIdentity();
            try (TestWorker worker =
                    server.worker()
                            .header("User-Agent", "acme/1.2")
                            .label("zone", "eu1")
                            .connect()) {
                worker.register(
                        Registrations.of(identity)
                                .namespaces("billing")
                                .taskQueue("charges")
                                .node("host-a")
                                .activityTypes("charge")
                                .build());
                ServerSentEvent admitted = reader.next();
                JsonNode row =
                        server.read("/actuator/registrations").required("registrations").get(0);
                assertThat(admitted.type()).isEqualTo("admitted");
                assertThat(admitted.data().required("type").stringValue()).isEqualTo("admitted");
                assertThat(admitted.data().required("at").stringValue()).endsWith("Z");
                for (String field : row.propertyNames()) {
                    if (!Set.of("pendingPushes", "truncated").contains(field)) {
                        assertThat(admitted.data().required(field))
                                .as(field)
                                .isEqualTo(row.required(field));
                    }
                }
                worker.close(4321, "bye\u202e");

                ServerSentEvent departed = reader.next();
                JsonNode departure = departure(departed.pid());
                assertThat(departed.type()).isEqualTo("departed");
                assertThat(departed.pid()).isEqualTo(admitted.pid());
                assertThat(departed.data().required("identity").stringValue()).isEqualTo(identity);
                assertThat(departed.data().required("labels"))
                        .isEqualTo(admitted.data().required("labels"));
                JsonNode how = departed.data().required("departure");
                assertThat(how.required("code").intValue()).isEqualTo(4321);
                for (String field : how.propertyNames()) {
                    assertThat(how.required(field)).as(field).isEqualTo(departure.required(field));
                }
            }
        }
    }

    private JsonNode departure(long pid) throws IOException {
        ServerUnderTest.eventually(() -> assertThat(latestDeparture().pid()).isEqualTo(pid));
        return latestDeparture().data();
    }

    private ServerSentEvent latestDeparture() throws IOException {
        return new ServerSentEvent(
                null, "", server.read("/actuator/departures").required("departures").required(0));
    }

    @Test
    void workerThatNeverRegisteredDepartsToo() throws Exception {
        try (EventReader reader = EventReader.open(server, "")) {
            try (TestWorker worker = server.connect()) {
                String identity = server.newIdentity();
                firstNotifier.about(
                        identity,
                        (_, _) -> {
                            throw new RegistrationRejectedException("no\nroom");
                        });
                worker.register(TestWorker.registration(identity));

                ServerSentEvent rejected = reader.next("rejected");
                assertThat(rejected.data().required("identity").stringValue()).isEqualTo(identity);
                assertThat(rejected.data().required("reason").stringValue()).isEqualTo("no\nroom");
                assertThat(rejected.data().required("outcome").stringValue()).isEqualTo("rejected");
                worker.disconnect();

                ServerSentEvent departed = reader.next();
                assertThat(departed.type()).isEqualTo("departed");
                assertThat(departed.pid()).isEqualTo(rejected.pid());
                assertThat(departed.data().required("registeredAt").isNull()).isTrue();
                assertThat(departed.data().required("identity").stringValue()).isEqualTo(identity);
            }
        }
    }

    @Test
    void olderWorkerIsReplacedThenDepartsThenTheNewerIsAdmitted() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker older = server.register(identity);
                EventReader reader = EventReader.open(server, "");
                TestWorker _ = server.register(identity)) {
            older.expectClose(4501);

            reader.next("opened");
            ServerSentEvent replaced = reader.next();
            ServerSentEvent departed = reader.next();
            ServerSentEvent admitted = reader.next();
            assertThat(List.of(replaced.type(), departed.type(), admitted.type()))
                    .containsExactly("replaced", "departed", "admitted");
            assertThat(replaced.pid()).isEqualTo(departed.pid());
            assertThat(replaced.data().required("replacedBy").longValue())
                    .isEqualTo(admitted.pid());
        }
    }

    @Test
    void drainIsSeenFromItsBeginToItsEnd() throws Exception {
        try (TestWorker worker = server.register(server.newIdentity());
                EventReader reader = EventReader.open(server, "")) {
            worker.expectNothing();
            assertThat(server.request("POST", "/actuator/drain").status()).isEqualTo(200);
            try {
                ServerSentEvent begun = reader.next("drain");
                assertThat(begun.data().required("state").stringValue()).isEqualTo("draining");
                assertThat(begun.data().required("remaining").intValue()).isOne();
                ServerSentEvent departed = reader.next("departed");
                assertThat(departed.data().required("departure").required("code").intValue())
                        .isEqualTo(1012);
                ServerSentEvent over = reader.next("drain");
                assertThat(over.data().required("state").stringValue()).isEqualTo("drained");
            } finally {
                assertThat(server.request("DELETE", "/actuator/drain").status()).isEqualTo(200);
            }
            assertThat(reader.next("drain").data().required("state").stringValue())
                    .isEqualTo("open");
        }
    }

    @Test
    void streamResumesWithoutGapOrRepeat() throws Exception {
        List<String> all = new ArrayList<>();
        try (EventReader reader = EventReader.open(server, "")) {
            String start = reader.next("opened").id();
            comeAndGo(20);
            for (int i = 0; i < 40; i++) {
                all.add(reader.next().id());
            }
            assertThat(all).doesNotHaveDuplicates();
            for (int from : new int[] {-1, 0, 7, 38}) {
                try (EventReader resumed =
                        EventReader.resume(server, "", from < 0 ? start : all.get(from))) {
                    List<String> rest = new ArrayList<>();
                    for (int i = from + 1; i < 40; i++) {
                        rest.add(resumed.next().id());
                    }
                    assertThat(rest).isEqualTo(all.subList(from + 1, 40));
                }
            }
            try (EventReader resumed = EventReader.resume(server, SNAPSHOT, all.getLast())) {
                resumed.expectComment();
                comeAndGo(1);
                assertThat(resumed.next().type()).isEqualTo("admitted");
            }
        }
    }

    @Test
    void idThatIsNotKnownIsAnsweredByAReset() throws Exception {
        String known;
        try (EventReader reader = EventReader.open(server, "")) {
            known = Objects.requireNonNull(reader.next("opened").id());
        }
        String prefix = known.substring(0, known.indexOf('-') + 1);
        long last = log.last();
        for (String id : List.of("other-1", prefix + (last + 1), prefix + "x", "\"")) {
            expectReset(id, "not of this process");
        }

        comeAndGo(51);
        expectReset(known, "no longer kept");
    }

    private void expectReset(String id, String reason) throws IOException {
        try (EventReader reader = EventReader.resume(server, "", id)) {
            ServerSentEvent reset = reader.next();
            assertThat(reset.type()).isEqualTo("reset");
            assertThat(reset.data().required("reason").stringValue()).contains(reason);
            try (EventReader resumed = EventReader.resume(server, "", reset.id())) {
                resumed.expectComment();
            }
        }
        try (EventReader reader = EventReader.resume(server, SNAPSHOT, id)) {
            ServerSentEvent reset = reader.next();
            assertThat(reset.type()).isEqualTo("reset");
            assertThat(reset.id()).isNull();
            ServerSentEvent snapshot = reader.next();
            assertThat(snapshot.type()).isEqualTo("snapshot");
            assertThat(snapshot.id()).isNotNull();
        }
    }

    @Test
    void snapshotAndTheEventsAfterItGiveTheTable() throws Exception {
        List<TestWorker> staying = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                staying.add(server.register(server.newIdentity()));
            }
            Thread churn =
                    Thread.startVirtualThread(() -> {
                        try {
                            comeAndGo(40);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
            List<EventReader> readers = new ArrayList<>();
            List<Set<Long>> tables = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                EventReader reader = EventReader.open(server, SNAPSHOT);
                readers.add(reader);
                assertThat(reader.next("opened").id()).isNull();
                tables.add(snapshot(reader));
            }
            churn.join();
            long last = log.last();
            Set<Long> expected = new TreeSet<>();
            for (JsonNode row :
                    server.read("/actuator/registrations?limit=1000").required("registrations")) {
                expected.add(row.required("pid").longValue());
            }
            for (int i = 0; i < 3; i++) {
                follow(readers.get(i), tables.get(i), last);
                assertThat(tables.get(i)).isEqualTo(expected).hasSize(60);
                readers.get(i).close();
            }
        } finally {
            staying.forEach(TestWorker::close);
        }
    }

    /** The table of a snapshot; the sequence of its last part counts as the last one. */
    private static Set<Long> snapshot(EventReader reader) throws IOException {
        Set<Long> table = new TreeSet<>();
        ServerSentEvent part;
        do {
            part = reader.next("snapshot");
            for (JsonNode worker : part.data().required("workers")) {
                assertThat(table.add(worker.required("pid").longValue())).isTrue();
            }
            assertThat(part.id() == null)
                    .isEqualTo(part.data().required("remaining").intValue() > 0);
        } while (part.id() == null);
        return table;
    }

    /** Applies all events up to one. Nobody comes twice, and nobody goes who was not there. */
    private static void follow(EventReader reader, Set<Long> table, long last) throws IOException {
        long sequence = 0;
        while (sequence < last) {
            ServerSentEvent event = reader.next();
            long next = event.data().required("sequence").longValue();
            assertThat(sequence == 0 || next == sequence + 1).as("no gap").isTrue();
            sequence = next;
            if (event.type().equals("admitted")) {
                assertThat(table.add(event.pid())).isTrue();
            } else {
                assertThat(table.remove(event.pid())).isTrue();
            }
        }
    }

    @Test
    void idleStreamHasCommentsAndOutlivesTheTimeoutsOfRequests() throws Exception {
        try (EventReader reader = EventReader.open(server, "")) {
            reader.next("opened");
            for (int i = 0; i < 10; i++) {
                reader.expectComment();
            }
            comeAndGo(1);
            assertThat(reader.next().type()).isEqualTo("admitted");
        }
    }

    @Test
    void streamsBeyondTheLimitAreRefused() throws Exception {
        double refused = server.sum("frontdoor.events.streams.refused");
        List<EventReader> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(EventReader.open(server, ""));
        }
        HttpResponse response = server.ask("/actuator/events");

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("Retry-After")).containsExactly("5");
        assertThat(response.body()).contains("too many streams");
        assertThat(server.sum("frontdoor.events.streams.refused")).isEqualTo(refused + 1);
        assertThat(server.ask("/actuator/registrations").status()).isEqualTo(200);
        readers.getFirst().close();
        server.expectSum(2, "frontdoor.events.streams");
        EventReader.open(server, "").close();
        for (EventReader reader : readers) {
            reader.close();
        }
    }

    @Test
    void readerThatIsTooSlowIsToldWhatItMissed() throws Exception {
        try (EventReader reader = EventReader.open(server, "");
                TestWorker worker = server.connect()) {
            long first = log.last();
            String[] namespaces = new String[100];
            for (int i = 0; i < namespaces.length; i++) {
                namespaces[i] = i + "n".repeat(195);
            }
            Registrations large = Registrations.of(server.newIdentity()).namespaces(namespaces);
            for (int i = 0; i < 1500; i++) {
                worker.register(large.taskQueue("queue-" + i).build());
            }

            long sequence = first;
            ServerSentEvent event = reader.next("admitted");
            while (event.type().equals("admitted")) {
                assertThat(event.data().required("sequence").longValue()).isEqualTo(++sequence);
                event = reader.next();
            }
            assertThat(event.type()).isEqualTo("lagged");
            assertThat(event.data().required("missedFrom").longValue()).isEqualTo(sequence + 1);
            assertThat(event.data().required("reason").stringValue()).contains("too slow");
            reader.expectEnd();
        }
    }

    private void comeAndGo(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            try (TestWorker worker = server.register(server.newIdentity())) {
                worker.disconnect();
                worker.expectEnd();
            }
        }
    }
}
