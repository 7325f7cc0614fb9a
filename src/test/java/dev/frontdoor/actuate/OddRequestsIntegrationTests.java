package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Requests to the management port that no client of good will sends. */
@OpenServerTest
@ExtendWith(LoggedOutputExtension.class)
class OddRequestsIntegrationTests {

    private static final String OPERATORS_LOG =
            "dev.frontdoor.actuate.access.ManagementRequestLogFilter";
    private static final String LOGGERS = "/actuator/loggers/";
    private static final int REQUESTS = 200;

    private final ServerUnderTest server;

    OddRequestsIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void oddPathIsRefusedWithoutAStackTrace(CapturedOutput output) throws Exception {
        List<String> odd = new ArrayList<>();
        for (String base :
                List.of(
                        "",
                        "/actuator",
                        "/actuator/health",
                        "/actuator/health/readiness",
                        "/actuator/registrations",
                        "/actuator/loggers",
                        "/actuator/metrics")) {
            for (String end :
                    List.of(
                            "/..",
                            "/../..",
                            "/./.",
                            "//",
                            "/%2e%2e/%2e%2e",
                            "/..%2f..",
                            "/%5c",
                            "/..;/",
                            "/x;a=b",
                            "/%00",
                            "/%0a%1b",
                            "/%zz",
                            "/%c0%ae",
                            "/1/2/3",
                            "/x/x/x/x",
                            "/*/**",
                            "/é")) {
                odd.add(base + end);
            }
        }
        int before = output.length();
        try (TestWorker bystander = server.register(server.newIdentity())) {
            for (String path : odd) {
                assertThat(server.ask(path).status()).as(path).isBetween(400, 405);
            }
            bystander.expectNothing();
        }
        String log = logSince(before, output);
        assertThat(log).doesNotContain("\tat ", "ERROR");
        assertThat(log.length()).isLessThan(50 * odd.size());
    }

    @Test
    void componentOfHealthIsStillServed() throws Exception {
        assertThat(server.ask("/actuator/health/liveness").status()).isEqualTo(200);
        assertThat(server.ask("/actuator/health/frontDoor").status()).isEqualTo(200);
        assertThat(server.ask("/actuator/metrics/jvm.memory.used").status()).isEqualTo(200);
    }

    @Test
    void malformedRequestsAreSummarized(CapturedOutput output) throws Exception {
        int before = output.length();
        List<String> malformed =
                List.of(
                        "GET /x HTTP/1.1\r\nHost: a\r\nFORGED\001\r\n\r\n",
                        "GET /FORGED HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                        "PRI * HTTP/2.0\r\nFORGED: a\r\n\r\nSM\r\n\r\n",
                        "FORGED\r\n\r\n");
        String peer = server.newAddress();
        long begin = System.nanoTime();
        for (int i = 0; i < REQUESTS; i++) {
            try (HttpSocket socket =
                    i % 2 == 0 ? server.operatorsFrom(peer) : server.httpFrom(peer)) {
                String request = malformed.get(i % malformed.size());
                HttpResponse answer = socket.send(request).answer();
                assertThat(answer.status()).as(request).isEqualTo(400);
                assertThat(socket.ends()).isTrue();
            }
        }
        String log = logSince(before, output);
        assertThat(log).contains("refused with status 400").doesNotContain("FORGED", "\tat ");
        Duration time = Duration.ofNanos(System.nanoTime() - begin);
        long intervals = 1 + time.dividedBy(RepeatedLines.INTERVAL);
        assertThat(log.lines().count()).isLessThan(9 + intervals * (Kind.FAULT.maxLines() + 1));
    }

    @Test
    void malformedChunkIsRefusedToo(CapturedOutput output) throws Exception {
        int before = output.length();
        try (HttpSocket socket = server.operators()) {
            socket.send(
                    "POST /actuator/loggers/ROOT HTTP/1.1\r\nHost: localhost\r\nContent-Type:"
                            + " application/json\r\nTransfer-Encoding: chunked\r\n\r\nFORGED\r\n");
            assertThat(socket.answer().status()).isEqualTo(400);
            assertThat(socket.ends()).isTrue();
        }
        assertThat(logSince(before, output)).doesNotContain("FORGED", "\tat ", "ERROR");
    }

    @Test
    void clientThatLeavesWithinItsRequestLeavesNoStackTrace(CapturedOutput output)
            throws Exception {
        int before = output.length();
        for (int i = 0; i < 10; i++) {
            try (HttpSocket socket = server.operators()) {
                socket.send(
                        "POST /actuator/loggers/ROOT HTTP/1.1\r\nHost: localhost\r\nContent-Type:"
                                + " application/json\r\nContent-Length: 50\r\n\r\n{");
                socket.endSending();
                assertThat(socket.ends()).isTrue();
            }
        }
        assertThat(logSince(before, output)).doesNotContain("\tat ", "ERROR");
    }

    /** What was logged up to now: the log has an order, and this asks for a line of its own. */
    private String logSince(int before, CapturedOutput output) throws IOException {
        String last = server.newIdentity();
        server.request("POST", "/actuator/info/" + last);
        ServerUnderTest.eventually(() -> assertThat(output).contains("/actuator/info/" + last));
        return output.toString().substring(before);
    }

    @Test
    void loggerThatNoClassHasIsNotCreated() throws Exception {
        int before = loggers();
        for (String name :
                List.of(
                        "a.a.a".repeat(300),
                        "a",
                        "dev.frontdoor.absent.Thing",
                        "java/lang/Object",
                        "dev.frontdoor.FrontDoorApplication.")) {
            assertThat(setLevel(name, "DEBUG").status()).as(name).isBetween(400, 404);
        }
        assertThat(loggers()).isEqualTo(before);
    }

    @Test
    void levelOfAPackageAClassAndAGroupCanBeChanged() throws Exception {
        for (String name :
                List.of("dev.frontdoor.actuate", "ROOT", "web", "java.util.concurrent.Phaser")) {
            assertThat(setLevel(name, "INFO").status()).as(name).isEqualTo(204);
        }
    }

    @Test
    void nobodyTurnsTheLogOfOperatorsOff(CapturedOutput output) throws Exception {
        assertThat(setLevel(OPERATORS_LOG, "OFF").status()).isEqualTo(403);
        try {
            for (String name :
                    List.of("dev.frontdoor.actuate.access", "dev.frontdoor", "dev", "ROOT")) {
                assertThat(setLevel(name, "OFF").status()).as(name).isEqualTo(204);
            }
            assertThat(server.request("POST", "/actuator/info").status()).isEqualTo(405);
            ServerUnderTest.eventually(() ->
                    assertThat(output)
                            .containsPattern("POST \\S+/actuator/info returned 405")
                            .containsPattern("loggers/ROOT returned 204"));
        } finally {
            for (String name : List.of("dev.frontdoor.actuate.access", "dev.frontdoor", "dev")) {
                setLevel(name, null);
            }
            setLevel("ROOT", "INFO");
        }
    }

    private HttpResponse setLevel(String name, @Nullable String level) throws IOException {
        String body = level == null ? "{}" : "{\"configuredLevel\":\"%s\"}".formatted(level);
        try (HttpSocket socket = server.operators()) {
            return socket.send(
                            "POST %s%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                                    .formatted(LOGGERS, name, body.length(), body))
                    .answer();
        }
    }

    private static int loggers() {
        return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLoggerList().size();
    }
}
