package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;

/** What an operator learns from a refused request, and what the log says of it. */
@OpenServerTest
@ExtendWith(LoggedOutputExtension.class)
class RefusedRequestsIntegrationTests {

    private static final String JSON = "application/json";

    private final ServerUnderTest server;

    RefusedRequestsIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /nowhere,                       404, nothing is served at this path",
        "GET,    /actuator/nowhere,              404, nothing is served at this path",
        "POST,   /actuator/nowhere,              404, nothing is served at this path",
        "GET,    /actuator/health/nowhere,       404, nothing is served at this path",
        "GET,    /actuator/metrics/nowhere,      404, nothing is served at this path",
        "GET,    /actuator/loggers/nowhere,      404, nothing is served at this path",
        "GET,    /actuator/evictions/99,         404, there is no eviction 99",
        "DELETE, /actuator/evictions/99,         404, there is no eviction 99",
        "GET,    /actuator/evictions/abc,        400, id must be a whole number from 1",
        "DELETE, /actuator/bans?identity=nobody, 404, is not banned",
        "DELETE, /actuator/evictions/0,          400, id must be a whole number from 1",
        "GET,    /actuator//drain,               400, not a plain path",
        "GET,    /actuator/drain?x=1,            400, x",
        "GET,    /actuator/metrics/jvm.memory.used?tag=a, 400, tag",
        "DELETE, /actuator/health,               405, GET",
        "PUT,    /actuator/drain,                405, POST",
        "POST,   /actuator/registrations,        405, DELETE",
        "POST,   /actuator/info,                 405, GET",
    })
    void refusalNamesItsCause(String method, String path, int status, String cause)
            throws Exception {
        HttpResponse answer = server.request(method, path);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).containsExactly(JSON);
        JsonNode body = JsonMapper.shared().readTree(answer.body());
        assertThat(body.path("status").asInt()).isEqualTo(status);
        assertThat(body.path("message").asString()).contains(cause);
        if (status == 405) {
            assertThat(String.join(",", answer.header("Allow"))).contains(cause);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/actuator/loggers/ROOT | {                          | 400 | JSON",
                "/actuator/loggers/ROOT | {\"configuredLevel\":\"LOUD\"} | 400 | configuredLevel",
                "/actuator/loggers/ROOT | []                         | 400 | JSON",
                "/actuator/loggers/no.such.Logger | {}               | 404 | neither a logger nor",
                "/actuator/drain        | {\"window\":1}               | 400 | window",
                "/actuator/bans | {\"identity\":[\"a\"]}             | 400 | texts, numbers and booleans",
                "/actuator/bans | {\"identity\":\"a\",\"duration\":\"1h\",\"\\u0069dentity\":\"b\"} | 400 | the body has the key 'identity' twice",
                "/actuator/evictions | {\"share\":1,\"\\\"\\n\":1,\"\\\"\\n\":1} | 400 | the body has the key '\"\\u{a}' twice"
            })
    void refusedBodyNamesItsFault(String path, String body, int status, String fault)
            throws Exception {
        HttpResponse answer = server.post(path, body);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(JsonMapper.shared().readTree(answer.body()).path("message").asString())
                .contains(fault);
    }

    @Test
    void bodyOfAnotherTypeIsRefused() throws Exception {
        HttpResponse answer =
                send(
                        "POST /actuator/loggers/ROOT HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(answer.status()).isEqualTo(415);
        assertThat(JsonMapper.shared().readTree(answer.body()).path("message").asString())
                .contains("text/plain");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 65537\r\n\r\n",
                "Content-Length: 65537\r\nExpect: 100-continue\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n10001\r\n"
            })
    void bodyThatIsTooLargeIsRefused(String rest) throws Exception {
        try (HttpSocket socket = server.operators()) {
            socket.send("POST /actuator/drain HTTP/1.1\r\nHost: localhost\r\n" + rest);
            socket.send("x".repeat(rest.contains("chunked") ? 65537 : 0));
            HttpResponse answer = socket.answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("at most 65536 bytes");
            assertThat(socket.ends()).isTrue();
        }
    }

    @Test
    void bodyThatIsAnnouncedIsAskedFor() throws Exception {
        try (HttpSocket socket = server.operators()) {
            socket.send(
                    "POST /actuator/loggers/ROOT HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 26\r\nExpect: 100-continue\r\n\r\n");
            assertThat(socket.answerWithoutBody().status()).isEqualTo(100);
            socket.send("{\"configuredLevel\":\"INFO\"} ".substring(0, 26));
            assertThat(socket.answer().status()).isEqualTo(204);
            socket.send("GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(socket.answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator//drain",
                "//actuator/drain",
                "///actuator///drain",
                "/actuator/./drain",
                "/actuator/../actuator/drain",
                "/actuator/drain/",
                "/actuator/drain/x",
                "/actuator/%64rain/",
                "/actuator/%2e/drain",
                "/actuator%2fdrain",
                "/%61ctuator/drain;a=b",
                "/actuator/drain%0aforged",
                "/actuator/drain%00",
                "http://localhost/actuator//drain"
            })
    void refusedRequestOnAnOddPathIsLogged(String path, CapturedOutput output) throws Exception {
        int before = output.length();
        HttpResponse answer =
                send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        assertThat(answer.status()).isBetween(400, 405);
        ServerUnderTest.eventually(() ->
                assertThat(output.toString().substring(before).lines())
                        .filteredOn(line -> line.contains(" at /127.0.0.1:"))
                        .singleElement()
                        .asString()
                        .contains("operator '", ": POST ", "returned " + answer.status()));
        assertThat(server.ask("/actuator/drain").body()).contains("\"open\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "actuator/drain", "http:/actuator/drain", "drain", "%2factuator"})
    void targetWithoutAPathIsMalformed(String target) throws Exception {
        HttpResponse answer =
                send(
                        "POST "
                                + target
                                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("the request is malformed");
        assertThat(server.ask("/actuator/drain").body()).contains("\"open\"");
    }

    private HttpResponse send(String request) throws IOException {
        try (HttpSocket socket = server.operators()) {
            return socket.send(request).answer();
        }
    }
}
