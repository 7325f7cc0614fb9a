package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.UpgradeRefusedException;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** What a worker says of itself at its upgrade, what notifiers add, and where it is shown. */
@FrontDoorTest({"frontdoor.instance=Höhle 7", "frontdoor.auth.tokens=first,second"})
class LabelsIntegrationTests {

    private final ServerUnderTest server;
    private final ScriptedNotifier notifier;
    private final Workers workers;

    LabelsIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier,
            Workers workers) {
        this.server = server;
        this.notifier = notifier;
        this.workers = workers;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void declaredAndAnnotatedLabelsAreInRowsAndDepartures() throws Exception {
        String identity = server.newIdentity();
        notifier.about(
                identity,
                (pid, _) ->
                        assertThat(
                                        workers.annotate(
                                                pid, Map.of("tier", "g\u00f6ld", "zone", "eu2")))
                                .isTrue());
        Map<String, String> expected =
                Map.of("zone", "eu2", "version", "1 \"b\" \\", "tier", "göld");
        long pid;
        try (TestWorker worker =
                server.worker()
                        .header("User-Agent", "acme/1.2")
                        .label("zone", "eu1")
                        .label("version", "1 \"b\" \\")
                        .token("second")
                        .connect()) {
            worker.register(TestWorker.registration(identity));
            pid = notifier.pidOf(identity);
            expectShown(row("?identity=" + identity), expected);
            expectShown(server.read("/actuator/registrations/" + pid), expected);
            assertThat(workers.connection(pid).orElseThrow().labels()).isEqualTo(expected);
            assertThat(workers.connection(pid).orElseThrow().principal())
                    .extracting(Principal::name)
                    .isEqualTo("token-2");
            ConnectedWorker found = workers.find(pid).orElseThrow();
            assertThat(found.labels()).isEqualTo(expected);
            assertThat(found.userAgent()).isEqualTo("acme/1.2");
        }
        server.expectNobody();
        expectShown(
                server.read("/actuator/departures?identity=" + identity).path("departures").path(0),
                expected);
        assertThat(workers.annotate(pid, Map.of("a", "b"))).isFalse();
    }

    private static void expectShown(JsonNode shown, Map<String, String> labels) {
        Map<String, String> found = new HashMap<>();
        shown.path("labels")
                .properties()
                .forEach(it -> found.put(it.getKey(), it.getValue().asString()));
        assertThat(found).isEqualTo(labels);
        assertThat(shown.path("userAgent").asString()).isEqualTo("acme/1.2");
        assertThat(shown.path("principal").asString()).isEqualTo("token-2");
    }

    @Test
    void labelsAndUserAgentSelectWorkers() throws Exception {
        String plain = server.newIdentity();
        String labeled = server.newIdentity();
        try (TestWorker one = server.worker().token("first").connect();
                TestWorker two =
                        server.worker()
                                .header("User-Agent", "acme/1.2")
                                .label("zone", "eu1:a")
                                .token("first")
                                .connect()) {
            one.register(TestWorker.registration(plain));
            two.register(TestWorker.registration(labeled));
            assertThat(row("?label=zone:eu1:*").path("identity").asString()).isEqualTo(labeled);
            assertThat(row("?userAgent=acme/*").path("identity").asString()).isEqualTo(labeled);
            assertThat(matching("?label=zone:eu2")).isZero();
            assertThat(matching("?label=zone:*&userAgent=other/*")).isZero();
            assertThat(matching("")).isEqualTo(2);
            assertThat(workers.list(WorkerFilter.ALL.withLabel("zone", "eu?:a")))
                    .extracting(ConnectedWorker::pid)
                    .containsExactly(notifier.pidOf(labeled));
            assertThat(server.ask("/actuator/registrations?label=zone").body())
                    .contains("label must be NAME:VALUE, was 'zone'");
            assertThat(
                            server.request(
                                            "DELETE",
                                            "/actuator/registrations?confirm=1&label=zone:eu1:a")
                                    .status())
                    .isEqualTo(200);
            two.expectClose(4500);
            one.expectNothing();
        }
    }

    @Test
    void unregisteredWorkerShowsItsLabels() throws Exception {
        try (TestWorker worker = server.worker().label("zone", "eu1").token("first").connect()) {
            worker.expectNothing();
            JsonNode row = row("?state=unregistered");
            assertThat(row.path("labels").path("zone").asString()).isEqualTo("eu1");
            assertThat(row.path("principal").asString()).isEqualTo("token-1");
            assertThat(row.path("userAgent").isNull()).isTrue();
            assertThat(server.ask("/actuator/registrations?state=unregistered&label=a:b").status())
                    .isEqualTo(400);
        }
    }

    @Test
    void browserDeclaresLabelsInTheQuery() throws Exception {
        String identity = server.newIdentity();
        URI uri =
                server.uri("/liminal?labels=zone%3D%22e+u%2B1%22&other=x&labels=beta,+port%3D8080");
        try (TestWorker worker = TestWorker.to(uri).token("first").connect()) {
            worker.register(TestWorker.registration(identity));
            assertThat(workers.find(notifier.pidOf(identity)).orElseThrow().labels())
                    .isEqualTo(Map.of("zone", "e u+1", "beta", "true", "port", "8080"));
        }
    }

    @Test
    void malformedLabelsAreRefusedWithWhatIsWrongAndWhatIsAllowed() {
        assertThatExceptionOfType(UpgradeRefusedException.class)
                .isThrownBy(() -> server.worker().header("Worker-Labels", "a=1, b=(2)").connect())
                .satisfies(refusal -> {
                    assertThat(refusal.status()).isEqualTo(400);
                    assertThat(refusal.getMessage())
                            .contains("an inner list is not allowed at character 8")
                            .contains("at most 16 are allowed");
                });
    }

    @Test
    void responseNamesTheInstanceInAscii() throws Exception {
        try (TestWorker worker = server.worker().token("first").connect()) {
            assertThat(worker.responseHeader("Frontdoor-Instance"))
                    .singleElement()
                    .asString()
                    .startsWith("H%C3%B6hle%207/");
        }
    }

    @Test
    void longUserAgentIsCut() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker =
                server.worker().header("User-Agent", "x".repeat(1_000)).token("first").connect()) {
            worker.register(TestWorker.registration(identity));
            assertThat(workers.find(notifier.pidOf(identity)).orElseThrow().userAgent())
                    .isEqualTo("x".repeat(256));
            JsonNode row = row("?identity=" + identity);
            assertThat(row.path("userAgent").asString()).isEqualTo("x".repeat(200) + "...");
            assertThat(row.path("truncated").asBoolean()).isTrue();
        }
    }

    @Test
    void notifierThatAddsTooManyLabelsAddsNone() throws Exception {
        String identity = server.newIdentity();
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 16; i++) {
            many.put("label-" + i, "x");
        }
        try (TestWorker worker = server.worker().label("zone", "eu1").token("first").connect()) {
            worker.register(TestWorker.registration(identity));
            long pid = notifier.pidOf(identity);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> workers.annotate(pid, many))
                    .withMessageContaining("17 labels are too many; at most 16");
            assertThat(workers.find(pid).orElseThrow().labels()).isEqualTo(Map.of("zone", "eu1"));
        }
    }

    private JsonNode row(String query) throws IOException {
        JsonNode page = server.read("/actuator/registrations" + query);
        assertThat(page.path("matching").asInt()).as(page.toString()).isEqualTo(1);
        return page.path("registrations").path(0);
    }

    private int matching(String query) throws IOException {
        return server.read("/actuator/registrations" + query).path("matching").asInt();
    }
}
