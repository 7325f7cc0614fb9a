package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;

/** What operators read about rejections and rates. */
@OpenServerTest
class RejectionsIntegrationTests {

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;

    RejectionsIntegrationTests(
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
    void latestRejectionIsFirst() throws Exception {
        String early = reject("no room");
        String late = reject("still no room");

        ServerUnderTest.eventually(() ->
                assertThat(identities("/actuator/rejections?limit=2"))
                        .containsExactly(late, early));
        JsonNode first = rejections("/actuator/rejections?limit=1").required(0);
        assertThat(first.required("reason").stringValue()).isEqualTo("still no room");
        assertThat(first.required("outcome").stringValue()).isEqualTo("rejected");
        assertThat(first.required("remoteAddress").stringValue()).startsWith("127.0.0.1:");
    }

    @Test
    void identitySelectsRejections() throws Exception {
        String wanted = reject("no room");
        reject("no room");

        ServerUnderTest.eventually(() ->
                assertThat(identities("/actuator/rejections?identity=" + wanted))
                        .containsExactly(wanted));
        assertThat(identities("/actuator/rejections?identity=nobody*")).isEmpty();
        assertThat(server.ask("/actuator/rejections?identity=*" + "x".repeat(65) + "*").status())
                .isEqualTo(400);
    }

    @Test
    void rejectionAndDepartureCountInTheRates() throws Exception {
        long rejected = sum("rejected");
        long departed = sum("departed");
        reject("no room");

        ServerUnderTest.eventually(() -> {
            assertThat(sum("rejected")).isGreaterThan(rejected);
            assertThat(sum("departed")).isGreaterThan(departed);
        });
    }

    private String reject(String reason) throws IOException {
        String identity = server.newIdentity();
        firstNotifier.about(
                identity,
                (_, _) -> {
                    throw new RegistrationRejectedException(reason);
                });
        try (TestWorker worker = server.connect()) {
            worker.register(TestWorker.registration(identity));
            worker.disconnect();
            worker.expectEnd();
        }
        return identity;
    }

    private List<String> identities(String path) throws IOException {
        return StreamSupport.stream(rejections(path).spliterator(), false)
                .map(rejection -> rejection.required("identity").stringValue())
                .toList();
    }

    private JsonNode rejections(String path) throws IOException {
        return server.read(path).required("rejections");
    }

    private long sum(String kind) throws IOException {
        return StreamSupport.stream(
                        server.read("/actuator/rates").required("intervals").spliterator(), false)
                .mapToLong(interval -> interval.required(kind).longValue())
                .sum();
    }
}
