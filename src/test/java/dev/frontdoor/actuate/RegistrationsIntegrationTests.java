package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Qualifier;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;

/** The endpoint {@code /actuator/registrations}. */
@OpenServerTest
class RegistrationsIntegrationTests {

    private static final String PATH = "/actuator/registrations";

    private final ServerUnderTest server;
    private final Workers workers;
    private final ScriptedNotifier firstNotifier;
    private final List<TestWorker> connected = new ArrayList<>();

    RegistrationsIntegrationTests(
            ServerUnderTest server,
            Workers workers,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.workers = workers;
        this.firstNotifier = firstNotifier;
    }

    @BeforeEach
    void beginWithNobody() {
        server.expectNobody();
    }

    @AfterEach
    void nobodyIsLeft() {
        connected.forEach(TestWorker::close);
        server.expectNobody();
    }

    @Test
    void emptyTableSaysSo() throws Exception {
        assertThat(server.read(PATH).toString())
                .matches(
                        "\\{\"instance\":\"under-test/[0-9a-z]+\",\"connections\":0,\"registered\":0,"
                                + "\"matching\":0,\"registrations\":\\[],\"next\":null}");
    }

    @Test
    void rowTellsAllThatIsKnownOfAWorker() throws Exception {
        Instant before = Instant.now().minusSeconds(1);
        long pid = register(registration("a", "billing", "default", null, "charge"));
        try (TestWorker unregistered = server.connect()) {
            unregistered.expectNothing();
            JsonNode table = server.read(PATH);

            assertThat(table.propertyNames())
                    .containsExactly(
                            "instance",
                            "connections",
                            "registered",
                            "matching",
                            "registrations",
                            "next");
            assertThat(table.required("connections").intValue()).isEqualTo(2);
            assertThat(table.required("registered").intValue()).isEqualTo(1);
            assertThat(table.required("next").isNull()).isTrue();
            JsonNode row = table.required("registrations").required(0);
            assertThat(row.propertyNames())
                    .containsExactly(
                            "pid",
                            "identity",
                            "namespaces",
                            "taskQueue",
                            "node",
                            "activityTypes",
                            "holders",
                            "remoteAddress",
                            "transport",
                            "principal",
                            "userAgent",
                            "labels",
                            "connectedAt",
                            "registeredAt",
                            "pendingPushes",
                            "truncated");
            assertThat(row.required("truncated").booleanValue()).isFalse();
            assertThat(row.required("pid").isIntegralNumber()).isTrue();
            assertThat(row.required("pid").longValue()).isEqualTo(pid);
            assertThat(row.required("identity").stringValue()).isEqualTo("a");
            assertThat(row.required("namespaces").toString()).isEqualTo("[\"billing\"]");
            assertThat(row.required("taskQueue").stringValue()).isEqualTo("default");
            assertThat(row.required("node").isNull()).isTrue();
            assertThat(row.required("activityTypes").toString()).isEqualTo("[\"charge\"]");
            assertThat(row.required("holders").toString()).isEqualTo("[\"first\",\"second\"]");
            assertThat(row.required("remoteAddress").stringValue()).matches("127\\.0\\.0\\.1:\\d+");
            assertThat(row.required("transport").stringValue()).isEqualTo("websocket");
            Instant connectedAt = Instant.parse(row.required("connectedAt").stringValue());
            Instant registeredAt = Instant.parse(row.required("registeredAt").stringValue());
            assertThat(connectedAt).isBetween(before, Instant.now());
            assertThat(registeredAt).isBetween(connectedAt, Instant.now());
            assertThat(row.required("pendingPushes").intValue()).isZero();
        }
    }

    @Test
    void rowCountsPushesThatAreNotAnswered() throws Exception {
        long pid = register(Registrations.of("p").build());
        CompletableFuture<byte[]> push = workers.push(pid, new byte[0], Duration.ofMinutes(1));
        connected.getFirst().expect(Push.class);

        JsonNode row = server.read(PATH).required("registrations").required(0);
        assertThat(row.required("pendingPushes").intValue()).isEqualTo(1);
        assertThat(push.cancel(false)).isTrue();
    }

    @Test
    void tableIsNewestFirstAndReadInPages() throws Exception {
        List<Long> pids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            pids.addFirst(register(Registrations.of("page-" + i).build()));
        }
        assertThat(pids(server.read(PATH))).isEqualTo(pids);

        JsonNode first = server.read(PATH + "?limit=2");
        assertThat(pids(first)).isEqualTo(pids.subList(0, 2));
        assertThat(first.required("registered").intValue()).isEqualTo(5);
        assertThat(first.required("next").longValue()).isEqualTo(pids.get(1));

        JsonNode second =
                server.read(PATH + "?limit=2&before=" + first.required("next").longValue());
        assertThat(pids(second)).isEqualTo(pids.subList(2, 4));

        JsonNode third =
                server.read(PATH + "?limit=2&before=" + second.required("next").longValue());
        assertThat(pids(third)).isEqualTo(pids.subList(4, 5));
        assertThat(third.required("matching").intValue()).isEqualTo(5);
        assertThat(third.required("next").isNull()).isTrue();

        assertThat(server.read(PATH + "?limit=5").required("next").isNull()).isTrue();
        assertThat(pids(server.read(PATH + "?limit=1000&before=" + pids.getLast()))).isEmpty();
        assertThat(pids(server.read(PATH + "?before=9223372036854775807"))).isEqualTo(pids);
    }

    @Test
    void filtersAreComparedExactlyAndTogether() throws Exception {
        long a = register(registration("a", "billing", "q", "n1", "charge"));
        long b = register(registration("b", "billing", "q2", "n2", "refund"));
        long c = register(registration("c", "shipping", "q", null, "charge"));

        assertThat(pids(server.read(PATH + "?namespace=billing"))).containsExactly(b, a);
        assertThat(pids(server.read(PATH + "?taskQueue=q"))).containsExactly(c, a);
        assertThat(pids(server.read(PATH + "?node=n1"))).containsExactly(a);
        assertThat(pids(server.read(PATH + "?activityType=charge"))).containsExactly(c, a);
        assertThat(pids(server.read(PATH + "?identity=c"))).containsExactly(c);
        assertThat(pids(server.read(PATH + "?namespace=billing&taskQueue=q"))).containsExactly(a);
        assertThat(pids(server.read(PATH + "?namespace=bill"))).isEmpty();
        assertThat(pids(server.read(PATH + "?identity=A"))).isEmpty();
        JsonNode page = server.read(PATH + "?activityType=charge&limit=1");
        assertThat(pids(page)).containsExactly(c);
        assertThat(page.required("matching").intValue()).isEqualTo(2);
        assertThat(page.required("registered").intValue()).isEqualTo(3);
        assertThat(pids(server.read(PATH + "?activityType=charge&before=" + page.required("next"))))
                .containsExactly(a);
    }

    @ParameterizedTest
    @CsvSource({
        "limit, 0",
        "limit, -1",
        "limit, 1001",
        "limit, many",
        "limit, 99999999999",
        "limit, ''",
        "before, 0",
        "before, x",
        "before, 1.5",
        "before, 9223372036854775808"
    })
    void badParameterIsAnsweredWithItsName(String name, String value) throws Exception {
        HttpResponse answer = server.ask(PATH + "?" + name + "=" + value);

        assertThat(answer.status()).isEqualTo(400);
        JsonNode error = JsonMapper.shared().readTree(answer.body());
        assertThat(error.required("message").stringValue()).contains(name);
    }

    @Test
    void oneWorkerIsToldWithItsSchemas() throws Exception {
        String input = "{\"type\":\"object\"}";
        long pid =
                register(
                        Registrations.of("typed")
                                .activity("charge", input, "{ \"type\": \"string\" }")
                                .build());
        JsonNode worker = server.read(PATH + "/" + pid);

        assertThat(worker.required("pid").longValue()).isEqualTo(pid);
        assertThat(worker.required("identity").stringValue()).isEqualTo("typed");
        assertThat(worker.propertyNames()).endsWith("truncated", "activities");
        assertThat(worker.required("activities").size()).isEqualTo(1);
        JsonNode activity = worker.required("activities").required(0);
        assertThat(activity.propertyNames())
                .containsExactly("name", "inputSchemaJson", "outputSchemaJson");
        assertThat(activity.required("name").stringValue()).isEqualTo("charge");
        assertThat(activity.required("inputSchemaJson").stringValue()).isEqualTo(input);
        assertThat(activity.required("outputSchemaJson").stringValue())
                .isEqualTo("{ \"type\": \"string\" }");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "9223372036854775807 | 404 | no worker is registered with pid 9223372036854775807",
                "0                   | 400 | pid must be a whole number from 1, was '0'",
                "-1                  | 400 | pid must be a whole number from 1, was '-1'",
                "9223372036854775808 | 400 | pid must be a whole number from 1, was '9223372036854775808'",
                "me                  | 400 | pid must be a whole number from 1, was 'me'"
            })
    void workerThatIsNotThere(String pid, int status, String message) throws Exception {
        for (String method : List.of("GET", "DELETE")) {
            HttpResponse answer = server.request(method, PATH + "/" + pid);

            assertThat(answer.status()).as(method).isEqualTo(status);
            JsonNode error = JsonMapper.shared().readTree(answer.body());
            assertThat(error.required("message").stringValue()).as(method).isEqualTo(message);
        }
    }

    @Test
    void workerThatIsNotRegisteredCannotBeDisconnected() throws Exception {
        long pid = register(Registrations.of("last").build());
        try (TestWorker unregistered = server.connect()) {
            unregistered.expectNothing();
            assertThat(server.request("DELETE", PATH + "/" + (pid + 1)).status()).isEqualTo(404);
            unregistered.expectNothing();
        }
    }

    @Test
    void disconnectedWorkerIsGone() throws Exception {
        long pid = register(Registrations.of("gone").build());

        HttpResponse answer = server.request("DELETE", PATH + "/" + pid);
        assertThat(answer.status()).isEqualTo(204);
        connected.getFirst().expectClose(4500);
        assertThat(pids(server.read(PATH))).isEmpty();
    }

    @Test
    void whatAWorkerSaysIsToldAsItIs() throws Exception {
        String odd = "<b>\"\\\u202e\uFEFF\uD83D\uDEAA";
        register(Registrations.of(odd).taskQueue(odd).node(odd).namespaces(odd, "").build());
        JsonNode row = server.read(PATH).required("registrations").required(0);

        assertThat(row.required("identity").stringValue()).isEqualTo(odd);
        assertThat(row.required("node").stringValue()).isEqualTo(odd);
        assertThat(row.required("namespaces").required(0).stringValue()).isEqualTo(odd);
    }

    private long register(WorkerRegistration registration) throws Exception {
        TestWorker worker = server.connect();
        connected.add(worker);
        worker.register(registration);
        return firstNotifier.pidOf(registration.identity());
    }

    private static WorkerRegistration registration(
            String identity,
            String namespace,
            String queue,
            @Nullable String node,
            String activityType) {
        return Registrations.of(identity)
                .namespaces(namespace)
                .taskQueue(queue)
                .node(node)
                .activityTypes(activityType)
                .build();
    }

    private static List<Long> pids(JsonNode table) {
        return StreamSupport.stream(table.required("registrations").spliterator(), false)
                .map(row -> row.required("pid").longValue())
                .toList();
    }
}
