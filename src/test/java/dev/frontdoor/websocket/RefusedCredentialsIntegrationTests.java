package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.LogLines;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.RestrictedServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

/** An upgrade whose token is not accepted. */
@RestrictedServerTest
class RefusedCredentialsIntegrationTests {

    private final ServerUnderTest server;

    RefusedCredentialsIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @Test
    void framesBehindTheUpgradeAreNotTakenForARequest() throws Exception {
        double malformed = server.sum("frontdoor.upgrades.refused", "reason", "bad_request");
        String upgrade = Requests.upgrade().with("Authorization: Bearer wrong").toString();
        try (LogLines refused = new LogLines(UpgradeRefusalRecorder.class);
                LogLines other = new LogLines(MalformedRequestHandler.class);
                HttpSocket worker = server.httpFrom(server.newAddress())) {
            HttpResponse answer =
                    worker.send(
                                    upgrade.getBytes(StandardCharsets.ISO_8859_1),
                                    WebSocketFrame.message(new Ping(0)),
                                    WebSocketFrame.message(new Ping(0)))
                            .answer();

            assertThat(answer.status()).as(answer.body()).isEqualTo(401);
            assertThat(answer.header("Connection")).containsExactly("close");
            assertThat(worker.ends()).isTrue();
            assertThat(refused.at("WARN")).singleElement().asString().contains("status 401");
            assertThat(other.at("WARN")).isEmpty();
        }
        server.expectSum(malformed, "frontdoor.upgrades.refused", "reason", "bad_request");
        server.expectNobody();
    }
}
