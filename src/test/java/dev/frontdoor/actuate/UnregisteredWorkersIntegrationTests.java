package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;

/** {@code /actuator/registrations?state=unregistered}: workers that are connected only. */
@OpenServerTest
@BothTransports
class UnregisteredWorkersIntegrationTests {

    private static final String PATH = "/actuator/registrations?state=unregistered";

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;

    UnregisteredWorkersIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.firstNotifier = firstNotifier;
    }

    @BeforeEach
    void beginWithNobody() {
        server.expectNobody();
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void rejectedWorkerIsListedWithItsLastRejection() throws Exception {
        String identity = rejected("no capacity");
        Instant before = Instant.now().minusSeconds(1);
        try (TestWorker registered = server.register(server.newIdentity());
                TestWorker worker = server.connect()) {
            registered.expectNothing();
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            worker.expectRejected("no capacity");

            JsonNode page = server.read(PATH);
            assertThat(page.required("connections").intValue()).isEqualTo(2);
            assertThat(page.required("registered").intValue()).isEqualTo(1);
            assertThat(page.required("matching").intValue()).isEqualTo(1);
            assertThat(page.required("next").isNull()).isTrue();
            JsonNode row = page.required("registrations").required(0);
            assertThat(row.propertyNames())
                    .containsExactly(
                            "pid",
                            "remoteAddress",
                            "transport",
                            "principal",
                            "userAgent",
                            "labels",
                            "connectedAt",
                            "lastRejection");
            assertThat(row.required("pid").longValue()).isEqualTo(firstNotifier.pidOf(identity));
            assertThat(row.required("remoteAddress").stringValue()).startsWith("127.0.0.1:");
            assertThat(row.required("transport").stringValue())
                    .isEqualTo(server.transport().label());
            JsonNode rejection = row.required("lastRejection");
            assertThat(rejection.propertyNames()).containsExactly("identity", "reason", "at");
            assertThat(rejection.required("identity").stringValue()).isEqualTo(identity);
            assertThat(rejection.required("reason").stringValue()).isEqualTo("no capacity");
            assertThat(Instant.parse(rejection.required("at").stringValue()))
                    .isBetween(before, Instant.now());
        }
    }

    @Test
    void workerThatNeverRegisteredHasNoRejection() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.expectNothing();

            JsonNode row = server.read(PATH).required("registrations").required(0);
            assertThat(row.required("lastRejection").isNull()).isTrue();
        }
    }

    @Test
    void acceptedWorkerIsNoLongerListed() throws Exception {
        String identity = rejected("no");
        try (TestWorker worker = server.connect()) {
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            worker.expectRejected("no");
            assertThat(server.read(PATH).required("matching").intValue()).isEqualTo(1);

            worker.register(TestWorker.registration(server.newIdentity()));
            assertThat(server.read(PATH).required("matching").intValue()).isZero();
        }
    }

    @Test
    void pagesAndIdentitySelectUnregisteredWorkers() throws Exception {
        String identity = rejected("no");
        try (TestWorker first = server.connect();
                TestWorker second = server.connect();
                TestWorker third = server.connect()) {
            first.expectNothing();
            second.send(new WorkerRegister(0, TestWorker.registration(identity)));
            second.expectRejected("no");
            third.expectNothing();

            List<Long> all = pids(server.read(PATH));
            assertThat(all).hasSize(3).isSortedAccordingTo((a, b) -> Long.compare(b, a));
            JsonNode page = server.read(PATH + "&limit=2");
            assertThat(pids(page)).isEqualTo(all.subList(0, 2));
            assertThat(page.required("matching").intValue()).isEqualTo(3);
            assertThat(pids(server.read(PATH + "&before=" + page.required("next").longValue())))
                    .isEqualTo(all.subList(2, 3));
            assertThat(pids(server.read(PATH + "&identity=" + identity)))
                    .containsExactly(firstNotifier.pidOf(identity));
        }
    }

    @Test
    void longRejectionIsTruncated() throws Exception {
        String identity = server.newIdentity() + "x".repeat(900);
        firstNotifier.about(
                identity,
                (_, _) -> {
                    throw new RegistrationRejectedException("y".repeat(900));
                });
        try (TestWorker worker = server.connect()) {
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            worker.expectRejected("y".repeat(900));

            JsonNode rejection =
                    server.read(PATH + "&identity=" + identity)
                            .required("registrations")
                            .required(0)
                            .required("lastRejection");
            assertThat(rejection.required("identity").stringValue()).hasSize(203).endsWith("...");
            assertThat(rejection.required("reason").stringValue()).hasSize(203).endsWith("...");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"namespace", "taskQueue", "node", "activityType"})
    void filterOfRegisteredWorkersIsRefused(String name) throws Exception {
        HttpResponse response = server.ask(PATH + "&" + name + "=x");

        assertThat(response.status()).isEqualTo(400);
        assertThat(message(response)).contains(name).contains("unregistered");
    }

    @Test
    void stateIsRegisteredOrUnregistered() throws Exception {
        try (TestWorker _ = server.register(server.newIdentity())) {
            JsonNode page = server.read("/actuator/registrations?state=registered");
            assertThat(page.required("matching").intValue()).isEqualTo(1);
        }
        HttpResponse response = server.ask("/actuator/registrations?state=gone");
        assertThat(response.status()).isEqualTo(400);
        assertThat(message(response))
                .isEqualTo("state must be registered or unregistered, was 'gone'");
    }

    /** An identity that is rejected for this reason. */
    private String rejected(String reason) {
        String identity = server.newIdentity();
        firstNotifier.about(
                identity,
                (_, _) -> {
                    throw new RegistrationRejectedException(reason);
                });
        return identity;
    }

    private static String message(HttpResponse response) {
        return JsonMapper.shared().readTree(response.body()).required("message").stringValue();
    }

    private static List<Long> pids(JsonNode table) {
        return StreamSupport.stream(table.required("registrations").spliterator(), false)
                .map(row -> row.required("pid").longValue())
                .toList();
    }
}
