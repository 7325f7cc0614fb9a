package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** The lines that section 10 of docs/operations.md promises. */
@FrontDoorTest({
    "frontdoor.auth.tokens=sesame",
    "frontdoor.limits.max-connections-per-address=3",
    "frontdoor.notifiers.beans.second.timeout=100ms"
})
@ExtendWith(LoggedOutputExtension.class)
class PromisedLinesIntegrationTests {

    private final ServerUnderTest server;
    private final ScriptedNotifier first;
    private final ScriptedNotifier second;
    private int before;

    PromisedLinesIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier first,
            @Qualifier(TestApplication.SECOND) ScriptedNotifier second) {
        this.server = server;
        this.first = first;
        this.second = second;
    }

    @BeforeEach
    void tellTestsApart(CapturedOutput output) {
        before = output.length();
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void wrongTokensHaveALineEachAndThenASummary(CapturedOutput output) throws Exception {
        for (int i = 0; i < 30; i++) {
            try (TestWorker worker = server.connect()) {
                worker.send(
                        new Connect(
                                0,
                                new ProtocolVersion(1, 0),
                                new ProtocolVersion(1, 3),
                                Bytes.copyOf(new byte[] {1})));
                worker.expectClose(1008);
            }
        }
        expect(output, "WARN .* closing the connection of 127.0.0.1:\\d+ with code 1008: ");
        expect(
                output,
                "WARN .* 20 more connections closed with code 1008 of 127.0.0.1 within 10 s");
        assertThat(output.toString().lines())
                .filteredOn(line -> line.contains("with code 1008:"))
                .hasSize(10);
    }

    @Test
    void registrationsAndDeparturesHaveALine(CapturedOutput output) throws Exception {
        String identity = server.newIdentity();
        first.about(
                "unwanted",
                (_, _) -> {
                    throw new RegistrationRejectedException("not you");
                });
        try (TestWorker worker = authenticated()) {
            worker.register(TestWorker.registration("unwanted"));
            worker.register(TestWorker.registration(identity));
            worker.close(4001, "bye");
        }
        expect(
                output,
                "INFO .* pid \\d+: registration of 'unwanted' by principal 'token-1' rejected: not you");
        expect(
                output,
                "INFO .* pid \\d+: registration of '%s' by principal 'token-1' accepted"
                        .formatted(identity));
        expect(
                output,
                "INFO .* worker '%s' at 127.0.0.1:\\d+ disconnected: code 4001, by worker: bye"
                        .formatted(identity));
    }

    @Test
    void callsThatFailOrTakeTooLongHaveALine(CapturedOutput output) throws Exception {
        first.about(
                "failing",
                (_, _) -> {
                    throw new IllegalStateException("broken");
                });
        CountDownLatch ended = new CountDownLatch(1);
        second.about("slow", (_, _) -> ServerUnderTest.awaitLatch(ended));
        try (TestWorker worker = authenticated()) {
            worker.register(TestWorker.registration("failing"));
            worker.register(TestWorker.registration("slow"));
        } finally {
            ended.countDown();
        }
        expect(
                output,
                "WARN .* notifier 'first' failed in registered: java.lang.IllegalStateException:"
                        + " broken");
        expect(output, "WARN .* notifier 'second' exceeded its timeout of PT0.1S in registered");
    }

    @Test
    void refusedUpgradesAndConnectionsBeyondALimitHaveALine(CapturedOutput output)
            throws Exception {
        try (HttpSocket socket = server.http()) {
            socket.send(Requests.upgrade().with("Origin: https://a.example").toString());
            assertThat(socket.answer().status()).isEqualTo(403);
        }
        expect(output, "WARN .* an upgrade from 127.0.0.1:\\d+ was refused with status 403: ");
        try (TestWorker _ = server.connect();
                TestWorker _ = server.connect();
                TestWorker _ = server.connect();
                TestWorker beyond = server.connect()) {
            beyond.expectClose(4003);
        }
        expect(output, "WARN .* at 127.0.0.1:\\d+ disconnected: code 4003, by service: ");
    }

    @Test
    void changesByOperatorsHaveALine(CapturedOutput output) throws Exception {
        assertThat(server.request("DELETE", "/actuator/registrations/77").status()).isEqualTo(404);
        expect(
                output,
                "INFO .* operator 'loopback' at /127.0.0.1:\\d+: DELETE"
                        + " \\S+/actuator/registrations/77 returned 404");
    }

    private TestWorker authenticated() throws IOException {
        TestWorker worker = server.connect();
        worker.authenticate("sesame");
        return worker;
    }

    private void expect(CapturedOutput output, String line) {
        ServerUnderTest.eventually(
                () -> assertThat(output.toString().substring(before)).containsPattern(line));
    }
}
