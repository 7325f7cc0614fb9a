package dev.frontdoor.actuate.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.WebOperationRequestPredicate;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.test.context.TestPropertySource;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the management port refuses while operators have no credentials. */
@OpenServerTest
@TestPropertySource(
        properties = {
            "management.endpoints.web.exposure.include=*",
            "management.endpoint.shutdown.access=unrestricted",
            "frontdoor.management.allowed-hosts=front-management",
            "frontdoor.management.allowed-origins=https://ops.example"
        })
@ExtendWith(LoggedOutputExtension.class)
class ManagementAccessIntegrationTests {

    private static final String FORWARDED = "X-Forwarded-For: 192.0.2.7";
    private static final String HARMLESS = "/actuator/loggers/dev.frontdoor.FrontDoorApplication";

    private final ServerUnderTest server;
    private final WebEndpointsSupplier endpoints;

    ManagementAccessIntegrationTests(ServerUnderTest server, WebEndpointsSupplier endpoints) {
        this.server = server;
        this.endpoints = endpoints;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Origin: https://page.example      | origin 'https://page.example'",
                "Origin: null                      | origin 'null'",
                "Sec-Fetch-Site: cross-site        | another site",
                "Sec-Fetch-Site: same-site         | another site",
                "X-Forwarded-For: 192.0.2.7        | a token of role operate",
                "Forwarded: for=127.0.0.1          | a token of role operate",
                "Host: page.example                | host "
            })
    void everyChangeIsRefused(String header, String reason) throws Exception {
        List<String> changes = changes();

        assertThat(changes)
                .contains(
                        "POST /actuator/drain", "DELETE /actuator/drain", "POST /actuator/shutdown")
                .contains("DELETE /actuator/registrations", "POST /actuator/loggers/1")
                .contains("POST /actuator/evictions", "DELETE /actuator/evictions/1")
                .contains("POST /actuator/bans", "DELETE /actuator/bans");
        for (String change : changes) {
            HttpResponse response = send(change, header);
            assertThat(response.status()).as(change).isEqualTo(403);
            assertThat(message(response)).as(change).contains(reason);
        }
        assertThat(server.read("/actuator/drain").required("state").stringValue())
                .isEqualTo("open");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /actuator/registrations", "POST " + HARMLESS, "DELETE /no"})
    void wrongTokenIsUnauthorized(String request) throws Exception {
        HttpResponse response = send(request, "Authorization: Bearer wrong");

        assertThat(response.status()).isEqualTo(401);
        assertThat(OperatorRequest.challenge(response)).contains("error=\"invalid_token\"");
        assertThat(response.body()).doesNotContain("wrong");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/actuator/health", "/actuator/health/readiness", "/actuator/prometheus"})
    void healthAndMetersAreReadWhateverTheToken(String path) throws Exception {
        assertThat(send("GET " + path, "Authorization: Bearer wrong").status()).isEqualTo(200);
        assertThat(send("GET " + path, FORWARDED).status()).isEqualTo(200);
    }

    @Test
    void onlyHealthIsReadUnderAnUnknownHost() throws Exception {
        String host = "Host: page.example";

        assertThat(send("GET /actuator/health/liveness", host).status()).isEqualTo(200);
        for (String path : List.of("/", "/actuator", "/actuator/prometheus", "/actuator/healthy")) {
            HttpResponse response = send("GET " + path, host);
            assertThat(response.status()).as(path).isEqualTo(403);
            assertThat(message(response)).contains("'page.example'", "allowed-hosts");
        }
    }

    @Test
    void knownHostsAreServed() throws Exception {
        String machine = InetAddress.getLocalHost().getHostName();
        for (String host :
                List.of(
                        "localhost:8081",
                        "192.0.2.8:8081",
                        "[2001:db8::1]",
                        "Front-Management:80",
                        machine.toUpperCase(Locale.ROOT))) {
            assertThat(send("GET /actuator/registrations", "Host: " + host).status())
                    .as(host)
                    .isEqualTo(200);
        }
    }

    @Test
    void readsAreOpenToAProxy() throws Exception {
        assertThat(send("GET /actuator/registrations", FORWARDED).status()).isEqualTo(200);
        assertThat(send("GET /actuator/operator", FORWARDED).body())
                .isEqualTo(
                        "{\"name\":\"anonymous\",\"proof\":\"none\",\"roles\":[],\"changes\":[]}");
    }

    @ParameterizedTest
    @CsvSource({
        "loopback, Origin: http://localhost",
        "loopback, Origin: https://ops.example",
        "loopback, Sec-Fetch-Site: same-origin"
    })
    void allowedChangeIsLoggedWithItsOperator(String operator, String header, CapturedOutput output)
            throws Exception {
        HttpResponse response = setLevel(header);

        assertThat(response.status()).as(response.body()).isEqualTo(204);
        awaitLine(output, operator, "returned 204");
    }

    @ParameterizedTest
    @CsvSource({
        "anonymous, Authorization: Bearer operate-1, 401",
        "anonymous, Origin: https://page.example,   403",
        "anonymous, Forwarded: for=127.0.0.1,       403"
    })
    void refusedChangeIsLoggedWithItsOperatorAndNoToken(
            String operator, String header, int status, CapturedOutput output) throws Exception {
        // Refused requests of one address are summarized, so this one may have to be repeated.
        ServerUnderTest.eventually(() -> {
            assertThat(setLevel(header).status()).isEqualTo(status);
            assertThat(output.toString().lines())
                    .anyMatch(line ->
                            line.contains("operator '" + operator + "' at")
                                    && line.contains("returned " + status));
        });
        assertThat(output).doesNotContain("operate-1");
    }

    /** A mesh's sidecar connects from such an address. */
    @EnabledOnOs(OS.LINUX)
    @Test
    void otherAddressOfTheMachineIsNotTrusted() throws Exception {
        try (HttpSocket socket = server.operatorsFrom("127.0.0.6")) {
            assertThat(socket.send(request("POST " + HARMLESS, "Accept: */*")).answer().status())
                    .isEqualTo(403);
        }
    }

    @Test
    void rootLeadsToTheConsole() throws Exception {
        for (String method : List.of("GET", "HEAD")) {
            try (HttpSocket socket = server.operators()) {
                HttpResponse response =
                        socket.send(request(method + " /", "Accept: */*")).answerWithoutBody();
                assertThat(response.status()).isEqualTo(302);
                assertThat(response.header("Location")).containsExactly("console/");
            }
        }
        assertThat(server.ask("/nothing").status()).isEqualTo(404);
        try (HttpSocket workers = server.http()) {
            assertThat(workers.send(request("GET /", "Accept: */*")).answer().status())
                    .isEqualTo(404);
        }
    }

    /** All operations of all endpoints that may change something, and methods that none has. */
    private List<String> changes() {
        List<String> changes = new ArrayList<>(List.of("PUT /actuator/drain", "PATCH /actuator"));
        endpoints.getEndpoints().stream()
                .flatMap(endpoint -> endpoint.getOperations().stream())
                .forEach(operation -> {
                    WebOperationRequestPredicate predicate = operation.getRequestPredicate();
                    String method = predicate.getHttpMethod().name();
                    if (!method.equals("GET")) {
                        String path = predicate.getPath().replaceAll("\\{[^}]*}", "1");
                        changes.add(method + " /actuator/" + path);
                    }
                });
        return changes;
    }

    private HttpResponse setLevel(String header) throws IOException {
        return send("POST " + HARMLESS, header + "\r\nContent-Type: application/json");
    }

    private HttpResponse send(String request, String header) throws IOException {
        try (HttpSocket socket = server.operators()) {
            return socket.send(request(request, header)).answer();
        }
    }

    private static String request(String start, String header) {
        return "%s HTTP/1.1\r\n%s%s\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
                .formatted(start, header.startsWith("Host:") ? "" : "Host: localhost\r\n", header);
    }

    private static void awaitLine(CapturedOutput output, String operator, String result) {
        ServerUnderTest.eventually(() ->
                assertThat(output.toString().lines())
                        .anyMatch(line ->
                                line.contains("operator '" + operator + "' at")
                                        && line.contains(HARMLESS + " " + result)));
    }

    private static String message(HttpResponse response) {
        return JsonMapper.shared().readTree(response.body()).required("message").stringValue();
    }
}
