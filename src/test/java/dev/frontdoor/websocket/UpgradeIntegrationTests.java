package dev.frontdoor.websocket;

import static dev.frontdoor.test.server.Requests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.SocketException;
import java.util.stream.Stream;

/** The upgrade: section 2 of the protocol. */
@OpenServerTest
class UpgradeIntegrationTests {

    private static final int MAX_HEAD_SIZE = 8192;

    private final ServerUnderTest server;

    UpgradeIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void goodUpgradeSelectsNeitherExtensionNorSubprotocol() throws Exception {
        String offer = "permessage-deflate; client_max_window_bits";
        try (TestWorker worker =
                server.worker().header("Sec-WebSocket-Extensions", offer).connect()) {
            assertThat(worker.responseHeader("Sec-WebSocket-Extensions")).isEmpty();
            assertThat(worker.responseHeader("Sec-WebSocket-Protocol")).isEmpty();
            assertThat(worker.responseHeader("Connection")).containsExactlyInAnyOrder("upgrade");
            assertThat(worker.responseHeader("Upgrade")).containsExactly("websocket");
            assertThat(worker.responseHeader("Content-Length")).isEmpty();
            worker.expectNothing();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void upgradeMayBeWrittenInOtherWays(String name, String request) throws Exception {
        try (HttpSocket worker = server.http().send(request)) {
            expectUpgraded(worker);
        }
    }

    static Stream<Arguments> variants() {
        return Stream.of(
                arguments("query string", upgrade().start("GET /liminal?a=b HTTP/1.1").toString()),
                arguments(
                        "labels in the query",
                        upgrade()
                                .start("GET /liminal?x=%3&labels=a%3D1&labels=b HTTP/1.1")
                                .toString()),
                arguments(
                        "a proxy's labels",
                        upgrade().with("worker-labels: a=1").with("Worker-Labels: a=2").toString()),
                arguments("no labels", upgrade().with("Worker-Labels:").toString()),
                arguments("empty query", upgrade().start("GET /liminal? HTTP/1.1").toString()),
                arguments(
                        "absolute form",
                        upgrade().start("GET http://localhost/liminal HTTP/1.1").toString()),
                arguments(
                        "several options",
                        upgrade()
                                .without("Connection")
                                .with("connection: keep-alive, UPGRADE")
                                .toString()),
                arguments(
                        "other case",
                        upgrade().without("Upgrade").with("UPGRADE: WebSocket").toString()),
                arguments("body of no bytes", upgrade().with("Content-Length: 0").toString()),
                arguments("spaces about values", upgrade().with("X-Other:  a  ").toString()),
                arguments("head of 8 KiB", headOf(MAX_HEAD_SIZE).toString()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void badUpgradeIsRefusedAndTheNextOnTheConnectionIsNot(
            String name, Requests request, int status, String reason) throws Exception {
        double refused = server.sum("frontdoor.upgrades.refused", "reason", reason);
        double opened = server.sum("frontdoor.connections.opened");
        try (HttpSocket worker = server.http()) {
            HttpResponse answer = worker.send(request.toString()).answer();

            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            assertThat(answer.body()).isNotBlank();
            assertThat(answer.header("Sec-WebSocket-Accept")).isEmpty();
            server.expectSum(refused + 1, "frontdoor.upgrades.refused", "reason", reason);
            assertThat(server.sum("frontdoor.connections.opened")).isEqualTo(opened);

            assertThat(worker.send(Requests.get("/pages/next")).answer().body())
                    .isEqualTo("page next");
            expectUpgraded(worker.send(upgrade().toString()));
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(
                        "no upgrade",
                        upgrade().without("Connection").without("Upgrade"),
                        426,
                        "not_an_upgrade"),
                arguments("no Host", upgrade().without("Host"), 400, "bad_request"),
                arguments(
                        "labels with an inner list",
                        upgrade().with("Worker-Labels: a=(1)"),
                        400,
                        "bad_labels"),
                arguments(
                        "labels that are malformed together",
                        upgrade().with("Worker-Labels: a=1").with("Worker-Labels: B=2"),
                        400,
                        "bad_labels"),
                arguments(
                        "too many labels",
                        upgrade()
                                .with(
                                        "Worker-Labels: a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q"),
                        400,
                        "bad_labels"),
                arguments(
                        "a long value of a label",
                        upgrade().with("Worker-Labels: a=" + "x".repeat(257)),
                        400,
                        "bad_labels"),
                arguments(
                        "labels in header and query",
                        upgrade()
                                .start("GET /liminal?labels=a%3D1 HTTP/1.1")
                                .with("Worker-Labels: a=1"),
                        400,
                        "bad_labels"),
                arguments(
                        "labels that are not percent-encoded",
                        upgrade().start("GET /liminal?labels=a%3 HTTP/1.1"),
                        400,
                        "bad_labels"),
                arguments(
                        "malformed labels in the query",
                        upgrade().start("GET /liminal?labels=%28 HTTP/1.1"),
                        400,
                        "bad_labels"),
                arguments("two Hosts", upgrade().with("Host: other"), 400, "bad_request"),
                arguments(
                        "empty Host", upgrade().without("Host").with("Host:"), 400, "bad_request"),
                arguments(
                        "Host with a space",
                        upgrade().without("Host").with("Host: a b"),
                        400,
                        "bad_request"),
                arguments(
                        "port out of range",
                        upgrade().without("Host").with("Host: a:99999"),
                        400,
                        "bad_request"),
                arguments(
                        "target with a user",
                        upgrade().start("GET http://a@b/liminal HTTP/1.1"),
                        400,
                        "bad_request"),
                arguments(
                        "scheme without a host",
                        upgrade().start("GET http:/liminal HTTP/1.1"),
                        400,
                        "bad_request"),
                arguments(
                        "scheme with an empty host",
                        upgrade().start("GET http:///liminal HTTP/1.1"),
                        400,
                        "bad_request"),
                arguments(
                        "target that is no path",
                        upgrade().start("GET evil//a/liminal HTTP/1.1"),
                        400,
                        "bad_request"),
                arguments("no Upgrade", upgrade().without("Upgrade"), 426, "not_an_upgrade"),
                arguments("no Connection", upgrade().without("Connection"), 426, "not_an_upgrade"),
                arguments(
                        "another protocol",
                        upgrade().without("Upgrade").with("Upgrade: h2c"),
                        426,
                        "not_an_upgrade"),
                arguments("POST", upgrade().start("POST /liminal HTTP/1.1"), 426, "not_an_upgrade"),
                arguments(
                        "no version",
                        upgrade().without("Sec-WebSocket-Version"),
                        426,
                        "unsupported_version"),
                arguments(
                        "version 8",
                        upgrade().without("Sec-WebSocket-Version").with("Sec-WebSocket-Version: 8"),
                        426,
                        "unsupported_version"),
                arguments(
                        "two versions",
                        upgrade().with("Sec-WebSocket-Version: 13"),
                        426,
                        "unsupported_version"),
                arguments("no key", upgrade().without("Sec-WebSocket-Key"), 400, "bad_key"),
                arguments("key that is no base64", key("?"), 400, "bad_key"),
                arguments("key of 15 bytes", key("AAECAwQFBgcICQoLDA0O"), 400, "bad_key"),
                arguments("key of 17 bytes", key("AAECAwQFBgcICQoLDA0ODxA="), 400, "bad_key"),
                arguments("empty key", key(""), 400, "bad_key"),
                arguments(
                        "two keys",
                        upgrade().with("Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw=="),
                        400,
                        "bad_key"),
                arguments(
                        "subprotocol",
                        upgrade().with("Sec-WebSocket-Protocol: liminal"),
                        400,
                        "subprotocol_not_served"),
                arguments(
                        "JSON where it is off",
                        upgrade().with("Sec-WebSocket-Protocol: frontdoor.json.v1"),
                        400,
                        "subprotocol_not_served"),
                arguments(
                        "empty subprotocol",
                        upgrade().with("Sec-WebSocket-Protocol:"),
                        400,
                        "subprotocol_not_served"),
                arguments(
                        "Origin that is not allowed",
                        upgrade().with("Origin: https://app.example"),
                        403,
                        "origin_not_allowed"),
                arguments(
                        "opaque Origin", upgrade().with("Origin: null"), 403, "origin_not_allowed"),
                arguments(
                        "two Origins",
                        upgrade().with("Origin: https://a").with("Origin: https://a"),
                        400,
                        "bad_origin"),
                arguments(
                        "Origin that is not ASCII",
                        upgrade().with("Origin: https://\u00fc"),
                        400,
                        "bad_origin"),
                arguments(
                        "Origin that is not visible",
                        upgrade().with("Origin: https://a b"),
                        400,
                        "bad_origin"),
                arguments("empty Origin", upgrade().with("Origin:"), 400, "bad_origin"),
                arguments("head over 8 KiB", headOf(MAX_HEAD_SIZE + 1), 431, "head_too_large"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hopeless")
    void requestThatCannotBeReadOnFromEndsTheConnection(
            String name, String request, int status, String reason) throws Exception {
        double refused = server.sum("frontdoor.upgrades.refused", "reason", reason);
        try (HttpSocket worker = server.http()) {
            HttpResponse answer = worker.send(request).answer();

            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            assertThat(answer.header("Connection")).containsExactly("close");
            assertThat(worker.ends()).isTrue();
            server.expectSum(refused + 1, "frontdoor.upgrades.refused", "reason", reason);
        }
    }

    static Stream<Arguments> hopeless() {
        return Stream.of(
                arguments(
                        "body",
                        upgrade().with("Content-Length: 3") + "abc",
                        400,
                        "body_not_allowed"),
                arguments(
                        "body that is yet to come",
                        upgrade().with("Content-Length: 3").toString(),
                        400,
                        "body_not_allowed"),
                arguments(
                        "chunked body",
                        upgrade().with("Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n",
                        400,
                        "body_not_allowed"),
                arguments(
                        "body of an unknown encoding",
                        upgrade().with("Transfer-Encoding: gzip") + "abc",
                        400,
                        "bad_request"),
                arguments(
                        "HTTP/1.0",
                        upgrade().start("GET /liminal HTTP/1.0").toString(),
                        400,
                        "bad_request"),
                arguments(
                        "bad Content-Length",
                        upgrade().with("Content-Length: x").toString(),
                        400,
                        "bad_request"),
                arguments(
                        "asked to close",
                        upgrade()
                                .without("Connection")
                                .without("Upgrade")
                                .with("Connection: close")
                                .toString(),
                        426,
                        "not_an_upgrade"),
                arguments(
                        "long header",
                        upgrade().with("X-Long: " + "x".repeat(20_000)).toString(),
                        431,
                        "head_too_large"),
                arguments(
                        "many headers",
                        upgrade().with("X-Many: x\r\n".repeat(1000).stripTrailing()).toString(),
                        431,
                        "head_too_large"),
                arguments(
                        "long request line",
                        upgrade()
                                .start("GET /liminal?" + "x".repeat(9000) + " HTTP/1.1")
                                .toString(),
                        431,
                        "head_too_large"),
                arguments(
                        "long head of another path",
                        Requests.get("/" + "x".repeat(9000)),
                        431,
                        "head_too_large"));
    }

    @Test
    void headThatGoesOnForLongIsRefusedAllTheSame() throws Exception {
        try (HttpSocket worker = server.http()) {
            try {
                worker.send(upgrade().with("X-Long: " + "x".repeat(1_000_000)).toString());
            } catch (SocketException e) {
                // The service refuses the request before all of it is sent.
            }

            assertThat(worker.answer().status()).isEqualTo(431);
            assertThat(worker.ends()).isTrue();
        }
    }

    @Test
    void answerToHeadHasNoBody() throws Exception {
        try (HttpSocket worker = server.http()) {
            worker.send(upgrade().start("HEAD /liminal HTTP/1.1").toString());

            assertThat(worker.answerWithoutBody().status()).isEqualTo(426);
            expectUpgraded(worker.send(upgrade().toString()));
        }
    }

    @Test
    void refusalOfWhatIsNoUpgradeSaysWhatIs() throws Exception {
        try (HttpSocket worker = server.http().send(Requests.get("/liminal"))) {
            HttpResponse answer = worker.answer();

            assertThat(answer.status()).isEqualTo(426);
            assertThat(answer.header("Upgrade")).containsExactly("websocket");
            assertThat(answer.header("Sec-WebSocket-Version")).containsExactly("13");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/liminal/",
                "/Liminal",
                "/%6Ciminal",
                "/liminal%3Fa",
                "//liminal",
                "/x/liminal",
                "/actuator/registrations",
                "/actuator/health"
            })
    void anotherPathIsNotFound(String path) throws Exception {
        double refused = server.sum("frontdoor.upgrades.refused");
        try (HttpSocket worker = server.http()) {
            worker.send(upgrade().start("GET " + path + " HTTP/1.1").toString());

            assertThat(worker.answer().status()).isEqualTo(404);
            assertThat(server.sum("frontdoor.upgrades.refused")).isEqualTo(refused);
        }
    }

    @Test
    void pathThatIsNotThereOnTheOperatorsPort() throws Exception {
        try (HttpSocket operators = server.operators().send(upgrade().toString())) {
            assertThat(operators.answer().status()).isEqualTo(404);
        }
    }

    @Test
    void headMayArriveByteByByte() throws Exception {
        try (HttpSocket worker = server.http()) {
            for (char character : upgrade().toString().toCharArray()) {
                worker.send(String.valueOf(character));
            }
            expectUpgraded(worker);
        }
    }

    private void expectUpgraded(HttpSocket worker) throws Exception {
        HttpResponse answer = worker.answerWithoutBody();
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.header("Sec-WebSocket-Accept")).containsExactly(Requests.accept());
        worker.send(WebSocketFrame.message(new Ping(0)));
        assertThat(worker.message()).isEqualTo(new Pong(0));
        worker.send(WebSocketFrame.close(1000));
        assertThat(worker.frame().payload().toHex()).isEqualTo("03e8");
        assertThat(worker.ends()).isTrue();
    }

    private static Requests key(String key) {
        return upgrade().without("Sec-WebSocket-Key").with("Sec-WebSocket-Key: " + key);
    }

    /** A correct upgrade whose head has this size in bytes. */
    private static Requests headOf(int size) {
        String padding = "x".repeat(size - upgrade().with("X-Padding: ").toString().length());
        return upgrade().with("X-Padding: " + padding);
    }
}
