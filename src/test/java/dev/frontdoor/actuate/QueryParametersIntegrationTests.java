package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;

import tools.jackson.databind.json.JsonMapper;

/** The management port refuses query parameters that an operation does not have. */
@OpenServerTest
@ExtendWith(LoggedOutputExtension.class)
class QueryParametersIntegrationTests {

    private static final String REGISTRATIONS = "/actuator/registrations";

    private final ServerUnderTest server;

    QueryParametersIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /actuator/registrations    | activityType, before, groupBy, holder, identity, label, limit, namespace, node, since, sort, state, taskQueue, userAgent",
                "GET    | /actuator/registrations/1  | it has none",
                "DELETE | /actuator/registrations/1  | reason",
                "DELETE | /actuator/registrations    | activityType, confirm, holder, identity, label, namespace, node, reason, since, taskQueue, userAgent",
                "GET    | /actuator/departures       | activityType, before, code, groupBy, holder, identity, label, limit, namespace, node, since, taskQueue, userAgent",
                "GET    | /actuator/events           | snapshot",
                "GET    | /actuator/notifiers        | it has none",
                "GET    | /actuator/drain            | it has none",
                "POST   | /actuator/drain            | it has none",
                "GET    | /actuator/evictions        | it has none",
                "GET    | /actuator/evictions/1      | it has none",
                "DELETE | /actuator/evictions/1      | it has none",
                "GET    | /actuator/bans             | it has none",
                "DELETE | /actuator/bans             | identity"
            })
    void unknownParameterIsRefusedWithThoseAllowed(String method, String path, String allowed)
            throws Exception {
        HttpResponse response = server.request(method, path + "?nod=host-b");

        assertThat(response.status()).isEqualTo(400);
        assertThat(message(response)).contains("'nod'").contains(allowed);
        assertThat(server.read("/actuator/drain").required("state").stringValue())
                .isEqualTo("open");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"window\": \"1h\"}",
                "{\"window\": \"1h\", \"other\": null}",
                "{\"window\": {\"seconds\": 1}}",
                "[\"window\"]",
                "\"window\"",
                "{\"window\""
            })
    void bodyThatAnOperationDoesNotHaveIsRefused(String body) throws Exception {
        HttpResponse response = server.post("/actuator/drain", body);

        String state = server.read("/actuator/drain").required("state").stringValue();
        assertThat(server.request("DELETE", "/actuator/drain").status()).isEqualTo(200);
        assertThat(state).isEqualTo("open");
        assertThat(response.status()).isEqualTo(400);
        if (body.startsWith("{\"window\": \"")) {
            assertThat(message(response)).contains("'window'").contains("it has none");
        }
    }

    @Test
    void bodyOfAnEndpointOfSpringBootIsItsOwn() throws Exception {
        HttpResponse response =
                server.post("/actuator/loggers/dev.frontdoor", "{\"configuredLevel\": \"INFO\"}");

        assertThat(response.status()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /actuator/registrations?activityType=%s",
        "GET, /actuator/registrations?label=zone:%s",
        "GET, /actuator/departures?holder=%s",
        "DELETE, /actuator/registrations?confirm=0&identity=%s"
    })
    void filterThatHostileNamesWouldMakeExpensiveIsRefused(String method, String target)
            throws Exception {
        HttpResponse response =
                server.request(method, target.formatted("*" + "a".repeat(65) + "*"));

        assertThat(response.status()).isEqualTo(400);
        assertThat(message(response)).contains("at most 64 characters between two *, has 65");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nod=host-b", "Node=host-b", "identity", "identity=x&identity=y"})
    void misspelledFilterDisconnectsNobody(String filter) throws Exception {
        try (TestWorker first = server.register(server.newIdentity());
                TestWorker second = server.register(server.newIdentity())) {
            HttpResponse response =
                    server.request("DELETE", REGISTRATIONS + "?" + filter + "&confirm=2");

            assertThat(response.status()).isEqualTo(400);
            first.expectNothing();
            second.expectNothing();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "limit=1&limit=2, 'limit'",
        "identity=a&limit=1&identity=a, 'identity'",
        "identity, 'identity'"
    })
    void parameterHasExactlyOneValue(String query, String name) throws Exception {
        HttpResponse response = server.ask(REGISTRATIONS + "?" + query);

        assertThat(response.status()).isEqualTo(400);
        assertThat(message(response)).contains(name).contains("exactly one value");
    }

    @Test
    void emptyValueIsAValue() throws Exception {
        try (TestWorker _ = server.register(server.newIdentity())) {
            assertThat(server.read(REGISTRATIONS + "?node=").required("matching").intValue())
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator/metrics/frontdoor.connections?tag=state:connected&other=1",
                "/actuator/health?other=1",
                "/actuator/prometheus?includedNames=up&includedNames=frontdoor_draining"
            })
    void endpointsOfSpringBootKeepTheirParameters(String path) throws Exception {
        assertThat(server.ask(path).status()).isEqualTo(200);
    }

    @Test
    void refusedNameIsEscapedAndTruncated() throws Exception {
        HttpResponse response = server.ask(REGISTRATIONS + "?%0A" + "x".repeat(4000) + "=1");

        assertThat(response.status()).isEqualTo(400);
        assertThat(message(response)).startsWith("'\\u{a}xxx").hasSizeLessThan(600);
    }

    @Test
    void refusedChangeIsLoggedWithItsStatus(CapturedOutput output) throws Exception {
        String query = "?" + server.newIdentity() + "=1";

        assertThat(server.request("DELETE", REGISTRATIONS + query).status()).isEqualTo(400);
        ServerUnderTest.eventually(
                () -> assertThat(output).contains(REGISTRATIONS + query + " returned 400"));
    }

    private static String message(HttpResponse response) {
        return JsonMapper.shared().readTree(response.body()).required("message").stringValue();
    }
}
