package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How operators select, sort, page and count workers and departures. */
@OpenServerTest
class QueriesIntegrationTests {

    private static final String REGISTRATIONS = "/actuator/registrations";
    private static final String DEPARTURES = "/actuator/departures";

    private final ServerUnderTest server;
    private final Workers workers;
    private final List<TestWorker> connected = new ArrayList<>();

    QueriesIntegrationTests(ServerUnderTest server, Workers workers) {
        this.server = server;
        this.workers = workers;
    }

    @BeforeEach
    void threeWorkers() throws IOException {
        server.expectNobody();
        register("charlie", "eu", "queue-a", "host-1", "acme/1.0");
        register("alpha", "eu", "queue-b", "host-2", "acme/2.0");
        register("bravo", "us", "queue-b", null, "other/1.0");
    }

    @AfterEach
    void nobodyIsLeft() {
        connected.forEach(TestWorker::close);
        server.expectNobody();
    }

    private void register(
            String identity, String zone, String taskQueue, @Nullable String node, String userAgent)
            throws IOException {
        TestWorker worker =
                server.worker().header("User-Agent", userAgent).label("zone", zone).connect();
        connected.add(worker);
        worker.register(
                Registrations.of(identity)
                        .namespaces("ns-" + zone)
                        .taskQueue(taskQueue)
                        .node(node)
                        .activityTypes("act-" + identity)
                        .build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=3                              | bravo alpha charlie",
                "namespace=ns-e?                      | alpha charlie",
                "taskQueue=queue-*                    | bravo alpha charlie",
                "taskQueue=*-b&userAgent=acme/*       | alpha",
                "node=host-*                          | alpha charlie",
                "activityType=act-c*                  | charlie",
                "identity=*a                          | alpha",
                "identity=alph                        | ''",
                "label=zone:u*                        | bravo",
                "holder=" + TestApplication.FIRST + " | bravo alpha charlie",
                "holder=nobody                        | ''",
                "since=1h                             | bravo alpha charlie",
                "since=2026-01-01T00:00:00Z           | bravo alpha charlie",
                "since=2226-01-01T00:00:00Z           | ''",
                "sort=newest                          | bravo alpha charlie",
                "sort=oldest                          | charlie alpha bravo",
                "sort=identity                        | alpha bravo charlie",
                "sort=registered                      | bravo alpha charlie"
            })
    void workersAreSelectedAndSorted(String query, String identities) throws Exception {
        assertThat(identities(REGISTRATIONS + "?" + query, "registrations")).isEqualTo(identities);
    }

    @Test
    void workersWithTheMostPendingPushesComeFirst() throws Exception {
        long pid =
                server.read(REGISTRATIONS + "?identity=charlie")
                        .required("registrations")
                        .required(0)
                        .required("pid")
                        .longValue();
        var pending = workers.push(pid, new byte[1], Duration.ofMinutes(1));
        connected.getFirst().expect(Push.class);

        assertThat(identities(REGISTRATIONS + "?sort=pendingPushes", "registrations"))
                .isEqualTo("charlie bravo alpha");
        assertThat(pending.cancel(false)).isTrue();
    }

    @Test
    void oldestFirstHasPagesToo() throws Exception {
        assertThat(paged(REGISTRATIONS + "?limit=1&sort=oldest", "registrations"))
                .isEqualTo("charlie alpha bravo");
        assertThat(paged(REGISTRATIONS + "?limit=1", "registrations"))
                .isEqualTo("bravo alpha charlie");
        assertThat(server.read(REGISTRATIONS + "?limit=1&sort=identity").required("next").isNull())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "groupBy=namespace           | ns-eu:2 ns-us:1",
                "groupBy=taskQueue           | queue-b:2 queue-a:1",
                "groupBy=node                | null:1 host-1:1 host-2:1",
                "groupBy=activityType&limit=2 | act-alpha:1 act-bravo:1",
                "groupBy=userAgent           | acme/1.0:1 acme/2.0:1 other/1.0:1",
                "groupBy=label:zone          | eu:2 us:1",
                "groupBy=label:tier          | null:3",
                "groupBy=taskQueue&label=zone:eu | queue-a:1 queue-b:1"
            })
    void workersAreCountedByGroup(String query, String groups) throws Exception {
        JsonNode answer = server.read(REGISTRATIONS + "?" + query);

        assertThat(groups(answer)).isEqualTo(groups);
        assertThat(answer.required("uncounted").intValue()).isZero();
        assertThat(answer.required("groups").required(0).required("newest").stringValue())
                .isGreaterThanOrEqualTo(
                        answer.required("groups").required(0).required("oldest").stringValue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "groupBy=zone        | groupBy must be one of namespace, taskQueue, node, activityType, userAgent, label:NAME, was 'zone'",
                "sort=age            | sort must be newest, oldest, identity, registered or pendingPushes, was 'age'",
                "since=yesterday     | since must be a date like 2026-11-22T10:00:00Z or an age like 10m, was 'yesterday'",
                "since=2026-13-01T00:00:00Z | since must be a date",
                "state=both          | state must be registered or unregistered, was 'both'",
                "label=zone          | label must be NAME:VALUE, was 'zone'",
                "groupBy=node&sort=oldest | sort is not allowed with groupBy",
                "groupBy=node&before=7    | before is not allowed with groupBy",
                "sort=identity&before=7   | before is not allowed with sort=identity",
                "state=unregistered&groupBy=node | groupBy is not allowed with state=unregistered",
                "holder=                         | holder must be the name of a notifier",
                "state=unregistered&holder=x     | holder is not allowed with state=unregistered",
                "state=unregistered&since=1h     | since is not allowed with state=unregistered"
            })
    void badValueIsRefusedWithWhatIsAllowed(String query, String message) throws Exception {
        expectRefused(REGISTRATIONS + "?" + query, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "groupBy=zone | groupBy must be one of namespace, taskQueue, node, activityType, userAgent, label:NAME, code, by, was 'zone'",
                "before=x     | before must be a whole number from 1, was 'x'",
                "code=12      | code must be a whole number from 1000 to 4999, was '12'",
                "sort=oldest  | is not a parameter of this operation"
            })
    void badValueOfDeparturesIsRefusedWithWhatIsAllowed(String query, String message)
            throws Exception {
        expectRefused(DEPARTURES + "?" + query, message);
    }

    private void expectRefused(String path, String message) throws IOException {
        HttpResponse response = server.ask(path);
        assertThat(response.status()).isEqualTo(400);
        assertThat(JsonMapper.shared().readTree(response.body()).required("message").stringValue())
                .contains(message);
    }

    @Test
    void departuresAreSelectedCountedAndPaged() throws Exception {
        for (TestWorker worker : connected) {
            worker.close(4321, "bye");
            worker.expectEnd();
        }
        String ours = DEPARTURES + "?code=4321&since=1h&limit=3";
        ServerUnderTest.eventually(() ->
                assertThat(identities(ours, "departures").split(" ")).contains("bravo", "alpha"));
        server.expectNobody();

        assertThat(identities(ours + "&namespace=ns-e*", "departures").split(" "))
                .hasSize(2)
                .contains("alpha", "charlie");
        assertThat(identities(ours + "&label=zone:us", "departures")).isEqualTo("bravo");
        assertThat(identities(ours + "&taskQueue=queue-a", "departures")).isEqualTo("charlie");
        assertThat(identities(ours + "&node=host-2", "departures")).isEqualTo("alpha");
        assertThat(identities(ours + "&activityType=*-bravo", "departures")).isEqualTo("bravo");
        assertThat(identities(ours + "&userAgent=acme/1*", "departures")).isEqualTo("charlie");
        assertThat(identities(ours + "&holder=nobody", "departures")).isEmpty();
        assertThat(identities(DEPARTURES + "?since=2226-01-01T00:00:00Z", "departures")).isEmpty();
        assertThat(groups(server.read(DEPARTURES + "?code=4321&groupBy=taskQueue")))
                .contains("queue-b:")
                .contains("queue-a:");
        assertThat(groups(server.read(DEPARTURES + "?code=4321&groupBy=code"))).startsWith("4321:");
        assertThat(groups(server.read(DEPARTURES + "?code=4321&groupBy=by"))).startsWith("worker:");
        assertThat(paged(DEPARTURES + "?code=4321&limit=2", "departures").split(" "))
                .hasSize(server.read(ours).required("matching").intValue());
    }

    private String identities(String path, String rows) throws IOException {
        return identities(server.read(path), rows);
    }

    private static String identities(JsonNode answer, String rows) {
        List<String> identities = new ArrayList<>();
        answer.required(rows)
                .forEach(row -> identities.add(row.required("identity").stringValue()));
        return String.join(" ", identities);
    }

    private String paged(String path, String rows) throws IOException {
        List<String> identities = new ArrayList<>();
        JsonNode page = server.read(path);
        identities.add(identities(page, rows));
        while (!page.required("next").isNull()) {
            page = server.read(path + "&before=" + page.required("next"));
            identities.add(identities(page, rows));
        }
        return String.join(" ", identities);
    }

    private static String groups(JsonNode answer) {
        List<String> groups = new ArrayList<>();
        answer.required("groups")
                .forEach(group -> {
                    JsonNode value = group.required("value");
                    groups.add(
                            (value.isNull() ? "null" : value.stringValue())
                                    + ":"
                                    + group.required("count"));
                });
        return String.join(" ", groups);
    }
}
