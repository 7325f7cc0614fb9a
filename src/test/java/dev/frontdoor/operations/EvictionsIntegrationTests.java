package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.DrainNotice;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** An operator evicts workers. */
@FrontDoorTest({"frontdoor.drain.window=1h", "frontdoor.drain.push-grace=1h"})
@BothTransports
@Import(EvictionsIntegrationTests.Following.class)
@ExtendWith(LoggedOutputExtension.class)
class EvictionsIntegrationTests {

    private static final String EVICTIONS = "/actuator/evictions";

    private final ServerUnderTest server;
    private final Notices notices;
    private final Workers workers;

    EvictionsIntegrationTests(ServerUnderTest server, Notices notices, Workers workers) {
        this.server = server;
        this.notices = notices;
        this.workers = workers;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @ParameterizedTest
    @CsvSource({"true, 1012", "false, 4502"})
    void chosenWorkerIsClosedAndItsSuccessorStays(boolean comeBack, int code, CapturedOutput output)
            throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity);
                TestWorker other = server.register(server.newIdentity())) {
            JsonNode begun =
                    evict(
                            "{\"identity\": \"%s\", \"share\": 1, \"deadline\": \"0s\", \"comeBack\": %s}"
                                    .formatted(identity, comeBack));

            assertThat(begun.propertyNames())
                    .containsExactly(
                            "id",
                            "state",
                            "by",
                            "comeBack",
                            "selected",
                            "remaining",
                            "startedAt",
                            "deadline");
            assertThat(begun.required("selected").intValue()).isEqualTo(1);
            assertThat(begun.required("by").stringValue()).isEqualTo("operator 'loopback'");
            assertThat(begun.required("comeBack").booleanValue()).isEqualTo(comeBack);
            worker.expectClose(code);
            try (TestWorker back = server.register(identity)) {
                awaitState(begun, "finished");
                assertThat(read(begun).required("remaining").intValue()).isZero();
                back.expectNothing();
                other.expectNothing();
            }
        }
        assertThat(output).contains(" by operator 'loopback' within PT0S, ");
    }

    @Test
    void notifiersLearnOfTheWorkersBeforeTheFirstClose() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity);
                TestWorker _ = server.register(server.newIdentity())) {
            long pid = pidOf(identity);
            CompletableFuture<Boolean> openAtNotice = new CompletableFuture<>();
            notices.next =
                    notice ->
                            openAtNotice.complete(
                                    notice.pids().equals(List.of(pid))
                                            && !notice.all()
                                            && workers.find(pid).isPresent());

            evict("{\"identity\": \"%s\", \"count\": 1, \"deadline\": \"0s\"}".formatted(identity));
            worker.expectClose(1012);

            assertThat(openAtNotice).isCompletedWithValue(true);
        }
    }

    @Test
    void pendingPushIsAnsweredBeforeTheClose() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity)) {
            long pid = pidOf(identity);
            CompletableFuture<byte[]> push = workers.push(pid, new byte[] {7}, Duration.ofHours(1));
            Push received = worker.expect(Push.class);

            JsonNode begun =
                    evict(
                            "{\"identity\": \"%s\", \"count\": 1, \"deadline\": \"1h\"}"
                                    .formatted(identity));
            assertThat(workers.push(pid, new byte[1], Duration.ofHours(1)))
                    .isCompletedExceptionally();
            worker.expectNothing();
            worker.send(TestWorker.reply(received, new byte[] {8}));

            worker.expectClose(1012);
            assertThat(push).succeedsWithin(ServerUnderTest.MAX_WAIT).isEqualTo(new byte[] {8});
            awaitState(begun, "finished");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "holder, notices, 1",
        "holder, other-*, 0",
        "since, 1h, 1",
        "since, 2999-01-01T00:00:00Z, 0"
    })
    void filtersSelectAsThoseOfQueriesDo(String filter, String value, int selected)
            throws Exception {
        try (TestWorker worker = server.register(server.newIdentity())) {
            JsonNode begun =
                    evict(
                            "{\"%s\": \"%s\", \"share\": 1, \"deadline\": \"0s\"}"
                                    .formatted(filter, value));

            assertThat(begun.required("selected").intValue()).isEqualTo(selected);
            if (selected == 1) {
                worker.expectClose(1012);
            } else {
                worker.expectNothing();
            }
        }
    }

    @Test
    void canceledEvictionLeavesItsWorkers() throws Exception {
        try (TestWorker worker = server.register(server.newIdentity())) {
            JsonNode begun = evict("{\"share\": 1}");
            assertThat(begun.required("state").stringValue()).isEqualTo("running");
            assertThat(begun.required("remaining").intValue()).isEqualTo(1);
            String path = EVICTIONS + "/" + begun.required("id").longValue();
            assertThat(server.read(EVICTIONS).required("evictions").required(0))
                    .isEqualTo(server.read(path));

            for (int i = 0; i < 2; i++) {
                HttpResponse canceled = server.request("DELETE", path);
                assertThat(canceled.status()).isEqualTo(200);
                assertThat(canceled.body()).contains("\"canceled\"");
            }
            worker.expectNothing();
            assertThat(worker.register(TestWorker.registration(server.newIdentity())))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
        }
        assertThat(server.request("DELETE", EVICTIONS + "/999999").status()).isEqualTo(404);
        assertThat(server.ask(EVICTIONS + "/999999").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{}                                    | either count or share is required",
                "{'count': 1, 'share': 0.5}            | either count or share is required",
                "{'count': 0}                          | count must be a whole number from 1 to",
                "{'count': 'all'}                      | count must be a whole number from 1 to",
                "{'share': 0}                          | share must be more than 0 and at most 1",
                "{'share': 25}                         | share must be more than 0 and at most 1",
                "{'share': 'NaN'}                      | share must be more than 0 and at most 1",
                "{'share': '25%'}                      | share must be a number",
                "{'count': 1, 'ratePerSecond': 0}      | ratePerSecond must be a whole number from 1 to",
                "{'count': 1, 'deadline': 30}          | deadline must be a time with a unit",
                "{'count': 1, 'deadline': 'soon'}      | deadline must be a time with a unit",
                "{'count': 1, 'deadline': '-1s'}       | deadline must be from 0 to 24 h",
                "{'count': 1, 'deadline': '25h'}       | deadline must be from 0 to 24 h",
                "{'count': 1, 'comeBack': 'maybe'}     | comeBack must be true or false",
                "{'count': 1, 'label': 'zone'}         | label must be NAME:VALUE",
                "{'count': 1, 'since': 'yesterday'}    | since must be a date like",
                "{'count': 1, 'nod': 'host-b'}         | 'nod' is not a parameter"
            })
    void requestThatIsNotAllowedNamesTheFieldAndEvictsNobody(String body, String message)
            throws Exception {
        try (TestWorker worker = server.register(server.newIdentity())) {
            HttpResponse response = server.post(EVICTIONS, body.replace('\'', '"'));

            assertThat(response.status()).as(response.body()).isEqualTo(400);
            assertThat(response.body()).contains(message);
            worker.expectNothing();
        }
    }

    @Test
    void evictionDuringADrainIsAConflict() throws Exception {
        try (TestWorker worker = server.register(server.newIdentity())) {
            JsonNode begun = evict("{\"share\": 1}");
            assertThat(server.request("POST", "/actuator/drain").status()).isEqualTo(200);
            try {
                assertThat(read(begun).required("state").stringValue()).isEqualTo("superseded");
                HttpResponse refused = server.post(EVICTIONS, "{\"share\": 1}");
                assertThat(refused.status()).isEqualTo(409);
                assertThat(refused.body()).contains("the service drains");
            } finally {
                assertThat(server.request("DELETE", "/actuator/drain").status()).isEqualTo(200);
            }
            worker.expectNothing();
        }
    }

    private JsonNode evict(String body) throws Exception {
        HttpResponse response = server.post(EVICTIONS, body);
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(response.body());
    }

    private JsonNode read(JsonNode begun) throws Exception {
        return server.read(EVICTIONS + "/" + begun.required("id").longValue());
    }

    private void awaitState(JsonNode begun, String state) {
        ServerUnderTest.eventually(
                () -> assertThat(read(begun).required("state").stringValue()).isEqualTo(state));
    }

    private long pidOf(String identity) {
        return workers.list(WorkerFilter.identity(identity)).getFirst().pid();
    }

    @TestConfiguration
    static class Following {

        @Bean
        Notices notices() {
            return new Notices();
        }
    }

    /** A notifier that follows evictions. */
    static final class Notices implements ConnectionNotifier {

        volatile Consumer<DrainNotice> next = _ -> {};

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {}

        @Override
        public void onWorkerUnregistered(long pid) {}

        @Override
        public void onDrain(DrainNotice notice) {
            next.accept(notice);
        }
    }
}
