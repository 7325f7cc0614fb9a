package dev.frontdoor.websocket;

import static dev.frontdoor.test.WebSocketFrame.message;
import static dev.frontdoor.test.server.Requests.get;
import static dev.frontdoor.test.server.Requests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Disconnect;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication.Pages;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Other HTTP requests on the workers' port, which WebFlux serves in any order. */
@OpenServerTest
class HttpBesideWorkersIntegrationTests {

    private final ServerUnderTest server;
    private final Pages pages;

    HttpBesideWorkersIntegrationTests(ServerUnderTest server, Pages pages) {
        this.server = server;
        this.pages = pages;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void keepAliveConnectionIsNotDisturbedByUpgradesOnOthers() throws Exception {
        try (HttpSocket http = server.http()) {
            for (int i = 0; i < 3; i++) {
                try (TestWorker worker = server.connect()) {
                    assertThat(http.send(get("/pages/" + i)).answer().body())
                            .isEqualTo("page " + i);
                    worker.expectNothing();
                }
                assertThat(http.send(get("/pages/after")).answer().body()).isEqualTo("page after");
            }
        }
    }

    @Test
    void upgradeFollowsRequestsOnTheSameConnection() throws Exception {
        try (HttpSocket http = server.http()) {
            assertThat(http.send(get("/pages/1")).answer().body()).isEqualTo("page 1");
            assertThat(http.send(get("/nowhere")).answer().status()).isEqualTo(404);
            assertThat(http.send(get("/liminal")).answer().status()).isEqualTo(426);
            assertThat(http.send(get("/pages/2")).answer().body()).isEqualTo("page 2");

            expectUpgraded(http.send(upgrade().toString()));
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (HttpSocket http = server.http()) {
            http.send(get("/slow/pipelined") + get("/pages/second") + get("/pages/third"));
            pages.answer("pipelined", "first");

            assertThat(http.answer().body()).isEqualTo("first");
            assertThat(http.answer().body()).isEqualTo("page second");
            assertThat(http.answer().body()).isEqualTo("page third");
        }
    }

    @Test
    void refusedUpgradeWaitsForTheAnswersBeforeItAndIsFollowedByThoseAfterIt() throws Exception {
        try (HttpSocket http = server.http()) {
            http.send(
                    get("/slow/before-refusal")
                            + get("/liminal")
                            + get("/pages/third")
                            + get("/liminal?again")
                            + get("/pages/fifth"));
            pages.answer("before-refusal", "first");

            assertThat(http.answer().body()).isEqualTo("first");
            assertThat(http.answer().status()).isEqualTo(426);
            assertThat(http.answer().body()).isEqualTo("page third");
            assertThat(http.answer().status()).isEqualTo(426);
            assertThat(http.answer().body()).isEqualTo("page fifth");
            assertThat(http.send(get("/pages/more")).answer().body()).isEqualTo("page more");
        }
    }

    @Test
    void goodUpgradeWaitsForTheAnswerBeforeItAndThenFramesWork() throws Exception {
        try (HttpSocket http = server.http()) {
            http.send(get("/slow/before-upgrade") + upgrade());
            pages.answer("before-upgrade", "first");

            assertThat(http.answer().body()).isEqualTo("first");
            expectUpgraded(http);
        }
    }

    @Test
    void goodUpgradeFollowsARefusedOneInTheSameSegment() throws Exception {
        try (HttpSocket http = server.http()) {
            http.send(get("/liminal") + upgrade());

            assertThat(http.answer().status()).isEqualTo(426);
            expectUpgraded(http);
        }
    }

    @Test
    void clientThatGoesWhileItsUpgradeWaitsLeavesNothingBehind() throws Exception {
        double opened = server.sum("frontdoor.connections.opened");
        try (HttpSocket http = server.http()) {
            http.send(get("/slow/abandoned") + upgrade());
            ServerUnderTest.eventually(() -> assertThat(pages.readers("abandoned")).isEqualTo(1));
            http.reset();
        }
        ServerUnderTest.eventually(() -> assertThat(pages.readers("abandoned")).isZero());
        pages.answer("abandoned", "too late");

        try (TestWorker worker = server.connect()) {
            worker.expectNothing();
        }
        server.expectSum(opened + 1, "frontdoor.connections.opened");
        server.expectNobody();
    }

    @Test
    void framesInTheSegmentOfTheUpgradeAreHandled() throws Exception {
        try (HttpSocket http = server.http()) {
            http.send(
                    upgrade().toString().getBytes(StandardCharsets.US_ASCII),
                    message(new Ping(0)),
                    message(new WorkerRegister(0, TestWorker.registration(server.newIdentity()))),
                    message(new Ping(0)),
                    message(new Disconnect(0)));

            assertThat(http.answer().status()).isEqualTo(101);
            assertThat(http.message()).isEqualTo(new Pong(0));
            assertThat(http.message()).isEqualTo(WorkerRegisterAck.ACCEPTED);
            assertThat(http.message()).isEqualTo(new Pong(0));
            assertThat(http.frame())
                    .isEqualTo(
                            new WebSocketFrame(WebSocketFrame.CLOSE, false, Bytes.ofHex("03e8")));
        }
    }

    @Test
    void frameMayBeCutInTwoBehindTheUpgrade() throws Exception {
        byte[] ping = message(new Ping(0));
        try (HttpSocket http = server.http()) {
            http.send(
                    upgrade().toString().getBytes(StandardCharsets.US_ASCII), new byte[] {ping[0]});
            assertThat(http.answer().status()).isEqualTo(101);
            http.send(Arrays.copyOfRange(ping, 1, ping.length));

            assertThat(http.message()).isEqualTo(new Pong(0));
        }
    }

    @Test
    void chunkedBodyReachesItsPage() throws Exception {
        try (HttpSocket http = server.http();
                TestWorker worker = server.connect()) {
            http.send(
                    "POST /size HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            worker.expectNothing();
            for (int i = 0; i < 20; i++) {
                http.send("3e8\r\n" + "x".repeat(1000) + "\r\n");
            }
            http.send("0\r\n\r\n" + upgrade());

            assertThat(http.answer().body()).isEqualTo("20000 bytes");
            expectUpgraded(http);
        }
    }

    @Test
    void bodyMayWaitForLeaveToCome() throws Exception {
        try (HttpSocket http = server.http()) {
            http.send(
                    String.join(
                            "\r\n",
                            "POST /size HTTP/1.1",
                            "Host: localhost",
                            "Content-Length: 5",
                            "Expect: 100-continue",
                            "\r\n"));
            assertThat(http.answer().status()).isEqualTo(100);
            http.send("abcde" + get("/liminal"));

            assertThat(http.answer().body()).isEqualTo("5 bytes");
            assertThat(http.answer().status()).isEqualTo(426);
        }
    }

    @Test
    void requestThatAsksToCloseIsTheLast() throws Exception {
        try (HttpSocket http = server.http()) {
            http.send("GET /pages/last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

            assertThat(http.answer().body()).isEqualTo("page last");
            assertThat(http.ends()).isTrue();
        }
    }

    @Test
    void webSocketOfTheApplicationWorksOnAnotherPath() throws Exception {
        try (HttpSocket http = server.http()) {
            http.send(upgrade().start("GET /echo HTTP/1.1").toString());
            assertThat(http.answer().status()).isEqualTo(101);
            http.send(WebSocketFrame.masked(0x81, "hello".getBytes(StandardCharsets.UTF_8)));

            assertThat(http.frame())
                    .isEqualTo(new WebSocketFrame(0x81, false, Bytes.ofHex("68656c6c6f")));
            assertThat(server.sum("frontdoor.connections", "state", "connected")).isZero();
            http.send(WebSocketFrame.close(1000));
            assertThat(http.frame().firstByte()).isEqualTo(WebSocketFrame.CLOSE);
        }
    }

    private static void expectUpgraded(HttpSocket http) throws Exception {
        assertThat(http.answer().status()).isEqualTo(101);
        http.send(message(new Ping(0)));
        assertThat(http.message()).isEqualTo(new Pong(0));
    }
}
