package dev.frontdoor.websocket;

import static dev.frontdoor.test.server.Requests.get;
import static dev.frontdoor.test.server.Requests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.RestrictedServerTest;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication.Pages;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Request heads that take longer than {@code request-head-timeout}. */
@RestrictedServerTest
class SlowHeadIntegrationTests {

    private final ServerUnderTest server;
    private final Pages pages;

    SlowHeadIntegrationTests(ServerUnderTest server, Pages pages) {
        this.server = server;
        this.pages = pages;
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
            assertThat(server.sum("frontdoor.upgrades.refused", "reason", "head_too_slow"))
                    .isEqualTo(refused + 1);
        }
    }

    @Test
    void headThatNeverEndsIsCutOff() throws Exception {
        try (HttpSocket http = server.http()) {
            String head = upgrade().toString();
            http.send(head.substring(0, head.length() - 2));
            for (int i = 0; i < 500; i++) {
                http.send("X: y\r\n");
            }

            assertThat(http.answer().status()).isEqualTo(408);
            assertThat(http.ends()).isTrue();
        }
    }

    @Test
    void idleConnectionThatHadAnAnswerIsEndedWithoutAWord() throws Exception {
        try (HttpSocket http = server.http()) {
            assertThat(http.send(get("/pages/1")).answer().status()).isEqualTo(200);

            assertThat(http.ends()).isTrue();
        }
    }

    @Test
    void idleConnectionThatWasRefusedIsEndedWithoutAWord() throws Exception {
        double refused = server.sum("frontdoor.upgrades.refused", "reason", "head_too_slow");
        try (HttpSocket http = server.http()) {
            assertThat(http.send(get("/liminal")).answer().status()).isEqualTo(426);

            assertThat(http.ends()).isTrue();
            assertThat(server.sum("frontdoor.upgrades.refused", "reason", "head_too_slow"))
                    .isEqualTo(refused);
        }
    }

    @Test
    void answerMayTakeLongerThanAHead() throws Exception {
        try (HttpSocket http = server.http();
                HttpSocket clock = server.http()) {
            http.send(get("/slow/long"));
            assertThat(clock.answer().status()).as("the limit has passed").isEqualTo(408);
            pages.answer("long", "at last");

            assertThat(http.answer().body()).isEqualTo("at last");
        }
    }

    @Test
    void workerMaySayNothingForLongerThanAHeadMayTake() throws Exception {
        try (TestWorker worker = server.connect();
                HttpSocket clock = server.http()) {
            assertThat(clock.answer().status()).as("the limit has passed").isEqualTo(408);

            worker.expectNothing();
        }
    }
}
