package dev.frontdoor.websocket;

import static dev.frontdoor.test.server.Requests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.RestrictedServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The allow-list of origins. */
@RestrictedServerTest
class OriginIntegrationTests {

    private final ServerUnderTest server;

    OriginIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://app.example", "http://localhost:3000"})
    void originOnTheListIsLetIn(String origin) throws Exception {
        try (TestWorker worker = server.worker().header("Origin", origin).connect()) {
            worker.expectNothing();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example:443",
                "https://app.example/",
                "http://app.example",
                "https://APP.example",
                "https://app.example.evil",
                "*"
            })
    void originThatOnlyLooksLikeItIsNot(String origin) throws Exception {
        try (HttpSocket worker = server.http()) {
            worker.send(upgrade().with("Origin: " + origin).toString());
            assertThat(worker.answer().status()).isEqualTo(403);
        }
    }

    @Test
    void goodOriginSentTwiceIsRefused() throws Exception {
        String origin = "Origin: https://app.example";
        try (HttpSocket worker = server.http()) {
            worker.send(upgrade().with(origin).with(origin).toString());
            assertThat(worker.answer().status()).isEqualTo(400);
        }
    }
}
