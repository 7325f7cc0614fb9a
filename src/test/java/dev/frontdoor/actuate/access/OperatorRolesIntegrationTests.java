package dev.frontdoor.actuate.access;

import static dev.frontdoor.actuate.access.OperatorRequest.bearer;
import static dev.frontdoor.actuate.access.OperatorRequest.challenge;
import static dev.frontdoor.actuate.access.OperatorRequest.json;
import static dev.frontdoor.actuate.access.OperatorRequest.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.EventReader.ServerSentEvent;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.WebOperationRequestPredicate;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.test.context.TestPropertySource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What each role may do on a management port whose operators have tokens. */
@OpenServerTest
@TestPropertySource(
        properties = {
            "management.endpoints.web.exposure.include=*",
            "management.endpoints.web.exposure.exclude=heapdump,threaddump",
            "management.endpoints.web.cors.allowed-origins=https://console.example",
            "management.endpoints.web.cors.allowed-methods=GET,POST",
            "management.endpoint.shutdown.access=unrestricted",
            "management.endpoint.env.show-values=always",
            "management.endpoint.configprops.show-values=always",
            "frontdoor.management.auth.operate.tokens.deployer=planted-operate-secret",
            "frontdoor.management.auth.view.tokens=planted-view-secret"
        })
@ExtendWith(LoggedOutputExtension.class)
class OperatorRolesIntegrationTests {

    private static final String OPERATE = "planted-operate-secret";
    private static final String VIEW = "planted-view-secret";
    private static final String MISSING = "Bearer realm=\"management\"";
    private static final String INVALID =
            MISSING
                    + ", error=\"invalid_token\", error_description=\"the credentials are not accepted\"";

    private final ServerUnderTest server;
    private final WebEndpointsSupplier endpoints;

    OperatorRolesIntegrationTests(ServerUnderTest server, WebEndpointsSupplier endpoints) {
        this.server = server;
        this.endpoints = endpoints;
    }

    @Test
    void everyOperationButHealthAndMetersNeedsCredentials() throws Exception {
        for (String operation : operations()) {
            HttpResponse none = send(operation, "Accept: */*");
            HttpResponse wrong = send(operation, bearer("wrong"));
            if (operation.matches("GET /actuator/(health|prometheus).*")) {
                assertThat(none.status()).as(operation).isIn(200, 404);
                assertThat(wrong.status()).as(operation).isIn(200, 404);
            } else {
                assertThat(none.status()).as(operation).isEqualTo(401);
                assertThat(challenge(none)).as(operation).isEqualTo(MISSING);
                assertThat(message(none)).contains("a token of role ");
                assertThat(wrong.status()).as(operation).isEqualTo(401);
                assertThat(challenge(wrong)).as(operation).isEqualTo(INVALID);
                assertThat(message(wrong)).isEqualTo("the credentials are not accepted");
            }
        }
    }

    @Test
    void everyChangeNeedsTheRoleOperate() throws Exception {
        List<String> changes =
                operations().stream().filter(operation -> !operation.startsWith("GET")).toList();
        assertThat(changes)
                .contains("POST /actuator/shutdown", "POST /actuator/drain")
                .contains("DELETE /actuator/drain", "POST /actuator/loggers/1")
                .contains("POST /actuator/evictions", "DELETE /actuator/evictions/1")
                .contains("POST /actuator/bans", "DELETE /actuator/bans")
                .contains("DELETE /actuator/registrations", "DELETE /actuator/registrations/1");
        for (String change : changes) {
            HttpResponse response = send(change, bearer(VIEW));
            assertThat(response.status()).as(change).isEqualTo(403);
            assertThat(challenge(response))
                    .isEqualTo(MISSING + ", error=\"insufficient_scope\", scope=\"operate\"");
            assertThat(message(response))
                    .isEqualTo("this needs the role operate; operator 'token-1' has the role view");
        }
        assertThat(json(send("GET /actuator/drain", bearer(VIEW))).required("state").stringValue())
                .isEqualTo("open");
    }

    @ParameterizedTest
    @ValueSource(strings = {VIEW, OPERATE})
    void bothRolesRead(String token) throws Exception {
        for (String operation : operations()) {
            if (operation.startsWith("GET") && !operation.endsWith("/events")) {
                assertThat(send(operation, bearer(token)).status())
                        .as(operation)
                        .isNotIn(401, 403, 500);
            }
        }
        try (EventReader events =
                EventReader.on(server.operators(), "/actuator/events", bearer(token))) {
            assertThat(events.next().type()).isEqualTo("opened");
        }
    }

    @Test
    void operatorIsToldWhoTheyAreAndWhatTheyMayChange() throws Exception {
        String who = "GET /actuator/operator";

        assertThat(json(send(who, bearer(VIEW))).toString())
                .isEqualTo(
                        "{\"name\":\"token-1\",\"proof\":\"token\",\"roles\":[\"view\"],\"changes\":[]}");
        assertThat(json(send(who, bearer(OPERATE))).toString())
                .startsWith(
                        "{\"name\":\"deployer\",\"proof\":\"token\",\"roles\":[\"view\",\"operate\"],\"changes\":[")
                .contains("\"bans\"", "\"drain\"", "\"evictions\"", "\"loggers\"")
                .contains("\"registrations\"", "\"shutdown\"")
                .doesNotContain("\"events\"", "\"operator\"", "\"health\"");
    }

    @Test
    void pageOfTheConsoleIsOpenAndProbesAreToo() throws Exception {
        assertThat(send("GET /", "Accept: */*").status()).isEqualTo(302);
        assertThat(send("GET /console", "Accept: */*").status()).isEqualTo(302);
        assertThat(send("GET /console/", "Accept: */*").status()).isEqualTo(200);
        assertThat(send("GET /console/none.js", "Accept: */*").status()).isEqualTo(404);
        assertThat(send("POST /console/", "Accept: */*").status()).isEqualTo(401);
        assertThat(send("GET /consoles", "Accept: */*").status()).isEqualTo(401);
        assertThat(send("GET /actuator/health/readiness", "Host: page.example").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer planted-operate-secre",
                "Authorization: Bearer planted-operate-secret-",
                "Authorization: Bearer PLANTED-OPERATE-SECRET",
                "Authorization: Bearer planted-operate-secret\r\nAuthorization: Bearer planted-operate-secret",
                "Authorization: Bearer planted-operate-secret\r\nAuthorization: Bearer wrong",
                "Authorization: Bearer \u00e9\u00e8\u00ff",
                "Authorization: Bearer \"planted-operate-secret\"",
                "Authorization: Bearer a b, Bearer planted-operate-secret",
                "Authorization: Bearer eyJhbGciOiJub25lIn0.e30."
            })
    void oddCredentialsAreWrong(String headers, CapturedOutput output) throws Exception {
        for (String request : List.of("GET /actuator/drain", "POST /actuator/drain")) {
            HttpResponse response = send(request, headers);
            assertThat(response.status()).isEqualTo(401);
            assertThat(challenge(response)).isEqualTo(INVALID);
        }
        assertThat(output).doesNotContain("planted-operate");
    }

    @Test
    void longTokenIsWrong() throws Exception {
        assertThat(send("GET /actuator/drain", bearer("x".repeat(7000))).status()).isEqualTo(401);
        assertThat(send("GET /actuator/drain", bearer("x".repeat(100_000))).status())
                .isIn(400, 413, 431);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer ",
                "Authorization: Basic b3A6b3A=",
                "Authorization: planted-operate-secret",
                "Authorization: Bearerplanted-operate-secret",
                "X-Authorization: Bearer planted-operate-secret",
                "Cookie: Authorization=planted-operate-secret"
            })
    void otherKindsOfCredentialsAreNone(String header) throws Exception {
        HttpResponse response = send("GET /actuator/drain", header);

        assertThat(response.status()).isEqualTo(401);
        assertThat(challenge(response)).isEqualTo(MISSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "BEARER "})
    void schemeIsReadInAnyCase(String scheme) throws Exception {
        assertThat(send("GET /actuator/drain", "Authorization: " + scheme + " " + VIEW).status())
                .isEqualTo(200);
    }

    @Test
    void loopbackIsNotTrustedOnceOperatorsHaveTokens() throws Exception {
        assertThat(send("POST /actuator/drain", "Accept: */*").status()).isEqualTo(401);
    }

    @Test
    void pageOfAnotherSiteChangesNothingWithAnyToken() throws Exception {
        HttpResponse response =
                send("POST /actuator/drain", bearer(OPERATE), "Origin: https://page.example");

        assertThat(response.status()).isEqualTo(403);
        assertThat(message(response)).contains("origin 'https://page.example'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/drain", "/actuator/events", "/actuator/evictions"})
    void preflightOfAnAllowedOriginNeedsNoToken(String path) throws Exception {
        String method = "Access-Control-Request-Method: GET";
        HttpResponse allowed = send("OPTIONS " + path, "Origin: https://console.example", method);

        assertThat(allowed.status()).isEqualTo(200);
        assertThat(allowed.header("Access-Control-Allow-Origin"))
                .containsExactly("https://console.example");
        assertThat(send("OPTIONS " + path, "Origin: https://page.example", method).status())
                .isEqualTo(403);
        assertThat(send("OPTIONS " + path, "Accept: */*").status()).isEqualTo(401);
    }

    @Test
    void secretsAreNotShown(CapturedOutput output) throws Exception {
        for (String path : List.of("env", "configprops", "beans", "operator")) {
            HttpResponse response = send("GET /actuator/" + path, bearer(OPERATE));
            assertThat(response.status()).as(path).isEqualTo(200);
            assertThat(response.body()).as(path).doesNotContain("planted-");
        }
        for (String property : List.of("operate.tokens.deployer", "view.tokens")) {
            HttpResponse response =
                    send(
                            "GET /actuator/env/frontdoor.management.auth." + property,
                            bearer(OPERATE));
            assertThat(response.body()).as(property).doesNotContain("planted-");
        }
        assertThat(output).doesNotContain("planted-");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "missing | GET  | Accept: */*",
                "wrong   | GET  | Authorization: Bearer wrong",
                "role    | POST | Authorization: Bearer planted-view-secret",
                "site    | POST | Origin: https://page.example",
                "host    | GET  | Host: page.example"
            })
    void refusalIsCountedByItsReason(String reason, String method, String header) throws Exception {
        String meter = "frontdoor.management.requests.refused";
        double before = server.sum(meter, "reason", reason);
        double all = server.sum(meter);

        assertThat(send(method + " /actuator/drain", header).status()).isIn(401, 403);

        server.expectSum(before + 1, meter, "reason", reason);
        server.expectSum(all + 1, meter);
    }

    @Test
    void changesBecomeEventsWithWhoMadeThem() throws Exception {
        String logger = "/actuator/loggers/dev.frontdoor.FrontDoorApplication";
        try (EventReader events =
                        EventReader.on(server.operators(), "/actuator/events", bearer(VIEW));
                TestWorker worker = server.register(server.newIdentity())) {
            assertThat(send("POST " + logger, bearer(VIEW)).status()).isEqualTo(403);
            assertThat(send("POST " + logger, bearer(OPERATE)).status()).isEqualTo(204);

            ServerSentEvent changed = events.next("changed");
            assertThat(changed.data().required("by").stringValue())
                    .isEqualTo("operator 'deployer'");
            assertThat(changed.data().required("method").stringValue()).isEqualTo("POST");
            assertThat(changed.data().required("path").stringValue()).isEqualTo(logger);
            assertThat(changed.data().required("status").intValue()).isEqualTo(204);
            assertThat(changed.data().required("remoteAddress").stringValue())
                    .contains("127.0.0.1:");

            String evict = "POST /actuator/evictions?identity=*&count=1&ratePerSecond=1";
            assertThat(send(evict, bearer(OPERATE)).status()).isEqualTo(200);
            ServerSentEvent evicted = events.next("evicted");
            assertThat(evicted.data().required("by").stringValue())
                    .isEqualTo("operator 'deployer'");
            worker.expectClose(1012);

            assertThat(send("POST /actuator/drain", bearer(OPERATE)).status()).isEqualTo(200);
            assertThat(events.next("drain").data().required("by").stringValue())
                    .isEqualTo("operator 'deployer'");
        } finally {
            assertThat(send("DELETE /actuator/drain", bearer(OPERATE)).status()).isEqualTo(200);
        }
    }

    @Test
    void changeIsLoggedWithItsOperatorAndAddress(CapturedOutput output) throws Exception {
        assertThat(send("DELETE /actuator/bans?identity=nobody", bearer(OPERATE)).status())
                .isEqualTo(404);

        ServerUnderTest.eventually(() ->
                assertThat(output.toString().lines())
                        .anyMatch(line ->
                                line.contains("operator 'deployer' at /127.0.0.1:")
                                        && line.contains("DELETE")
                                        && line.contains("identity=nobody returned 404")));
    }

    @Test
    void workersPortAsksForNothing() throws Exception {
        try (var workers = server.http()) {
            HttpResponse response =
                    workers.send("GET /actuator/drain HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .answer();
            assertThat(response.status()).isEqualTo(404);
            assertThat(response.header("WWW-Authenticate")).isEmpty();
        }
        server.register(server.newIdentity()).close();
    }

    private HttpResponse send(String request, String... headers) throws IOException {
        return OperatorRequest.send(server.operators(), request, headers);
    }

    /** All operations of all endpoints. */
    private List<String> operations() {
        List<String> operations = new ArrayList<>(List.of("GET /actuator"));
        endpoints.getEndpoints().stream()
                .flatMap(endpoint -> endpoint.getOperations().stream())
                .forEach(operation -> {
                    WebOperationRequestPredicate predicate = operation.getRequestPredicate();
                    operations.add(
                            "%s /actuator/%s"
                                    .formatted(
                                            predicate.getHttpMethod(),
                                            predicate.getPath().replaceAll("\\{[^}]*}", "1")));
                });
        return operations;
    }
}
