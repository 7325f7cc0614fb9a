package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;

import tools.jackson.databind.JsonNode;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** An operator bans identities. */
@FrontDoorTest
@BothTransports
@ExtendWith(LoggedOutputExtension.class)
class BansIntegrationTests {

    private static final String BANS = "/actuator/bans";

    private final ServerUnderTest server;

    BansIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void bannedWorkerIsRejectedUntilTheBanIsLifted(CapturedOutput output) throws Exception {
        String identity = server.newIdentity() + "/ü?";
        assertThat(
                        ban("{\"identity\": \"%s\", \"duration\": \"2h\", \"reason\": \"too many crashes\"}"
                                        .formatted(escaped(identity)))
                                .status())
                .isEqualTo(200);
        JsonNode bans = server.read(BANS).required("bans");
        assertThat(bans.size()).isEqualTo(1);
        assertThat(bans.required(0).propertyNames())
                .containsExactly("identity", "reason", "since", "until", "instance");
        assertThat(bans.required(0).required("identity").stringValue()).isEqualTo(identity);
        assertThat(server.sum("frontdoor.bans")).isEqualTo(1);

        try (TestWorker worker = server.connect()) {
            WorkerRegisterAck ack = worker.register(TestWorker.registration(identity));
            assertThat(String.valueOf(ack.rejection()))
                    .startsWith("the identity is banned (too many crashes) until ");
            assertThat(lift(identity).status()).isEqualTo(204);
            HttpResponse again = lift(identity);
            assertThat(again.status()).isEqualTo(404);
            assertThat(again.body()).contains("is not banned");
            assertThat(worker.register(TestWorker.registration(identity)))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
        }
        assertThat(server.read(BANS).required("bans").size()).isZero();
        assertThat(output).contains("' is banned by operator 'loopback' until ");
    }

    @Test
    void connectedWorkersOfTheIdentityStayUnlessTheyAreDisconnectedToo() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity)) {
            ban("{\"identity\": \"%s\", \"duration\": \"2h\"}".formatted(identity));
            worker.expectNothing();
            assertThat(
                            String.valueOf(
                                    worker.register(TestWorker.registration(identity)).rejection()))
                    .startsWith("the identity is banned (by an operator) until ");

            ban(
                    "{\"identity\": \"%s\", \"duration\": \"2h\", \"disconnect\": true}"
                            .formatted(identity));

            worker.expectClose(4500);
        } finally {
            assertThat(lift(identity).status()).isEqualTo(204);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'duration': '1h'}                                | identity",
                "{'identity': 'x'}                                 | duration",
                "{'identity': 'x', 'duration': '0s'}               | duration must be more than 0",
                "{'identity': 'x', 'duration': '366d'}             | duration must be more than 0",
                "{'identity': 'x', 'duration': '60'}               | duration must be a time with a unit",
                "{'identity': 'x', 'duration': '1h', 'disconnect': 1} | disconnect must be false or true",
                "{'identity': 'x', 'duration': '1h', 'reason': 'a\\nb'} | reason must have at most 200",
                "{'identity': 'x', 'duration': '1h', 'until': '2'} | 'until' is not a parameter"
            })
    void requestThatIsNotAllowedNamesTheField(String body, String message) throws Exception {
        HttpResponse response = ban(body.replace('\'', '"'));

        assertThat(response.status()).as(response.body()).isEqualTo(400);
        assertThat(response.body()).contains(message);
        assertThat(server.read(BANS).required("bans").size()).isZero();
    }

    private HttpResponse ban(String body) throws Exception {
        return server.post(BANS, body);
    }

    private HttpResponse lift(String identity) throws Exception {
        return server.request(
                "DELETE",
                BANS + "?identity=" + URLEncoder.encode(identity, StandardCharsets.UTF_8));
    }

    /** JSON of ASCII only. */
    private static String escaped(String text) {
        return text.replace("ü", "\\u00fc");
    }
}
