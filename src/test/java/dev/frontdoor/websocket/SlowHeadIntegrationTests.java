package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.RestrictedServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Request heads that take longer than {@code request-head-timeout}. */
@RestrictedServerTest
class SlowHeadIntegrationTests {

    private final ServerUnderTest server;

    SlowHeadIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void connectionThatSaysNothingIsToldSoAndEnded() throws Exception {
        double refused = server.sum("frontdoor.upgrades.refused", "reason", "head_too_slow");
        try (HttpSocket http = server.http()) {
            HttpResponse answer = http.answer();

            assertThat(answer.status()).isEqualTo(408);
            assertThat(http.ends()).isTrue();
            server.expectSum(refused + 1, "frontdoor.upgrades.refused", "reason", "head_too_slow");
        }
    }
}
