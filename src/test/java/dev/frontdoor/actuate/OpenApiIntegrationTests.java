package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.EventReader.ServerSentEvent;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.endpoint.annotation.AbstractDiscoveredOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.WebOperation;
import org.springframework.test.context.TestPropertySource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The OpenAPI file describes the endpoints as they are. */
@OpenServerTest
@TestPropertySource(
        properties = {
            "frontdoor.duplicate-identity=replace",
            "frontdoor.directory.enabled=true",
            "frontdoor.notifiers.beans.directory.enabled=false",
            "spring.data.redis.port=9",
            "frontdoor.management.auth.view.tokens.dashboard=view-1",
            "frontdoor.management.trust-loopback=always"
        })
class OpenApiIntegrationTests {

    private final OpenApi openApi = new OpenApi();
    private final ServerUnderTest server;
    private final WebEndpointsSupplier endpoints;
    private final ScriptedNotifier firstNotifier;

    OpenApiIntegrationTests(
            ServerUnderTest server,
            WebEndpointsSupplier endpoints,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier)
            throws IOException {
        this.server = server;
        this.endpoints = endpoints;
        this.firstNotifier = firstNotifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void everyOperationIsDescribedWithItsParameters() {
        Map<String, Set<String>> operations = new TreeMap<>();
        for (ExposableWebEndpoint endpoint : endpoints.getEndpoints()) {
            for (WebOperation operation : endpoint.getOperations()) {
                if (operation instanceof AbstractDiscoveredOperation discovered
                        && QueryParameterFilter.isOurs(
                                discovered.getOperationMethod().getMethod().getDeclaringClass())) {
                    operations.put(
                            operation.getRequestPredicate().getHttpMethod()
                                    + " "
                                    + operation.getRequestPredicate().getPath(),
                            discovered.getOperationMethod().getParameters().stream()
                                    .filter(parameter ->
                                            parameter.getAnnotation(Selector.class) == null)
                                    .map(OperationParameter::getName)
                                    .collect(Collectors.toCollection(TreeSet::new)));
                }
            }
        }

        assertThat(openApi.operations()).isEqualTo(operations.keySet());
        operations.forEach((operation, parameters) -> {
            String[] parts = operation.split(" ", 2);
            assertThat(openApi.parameters(parts[0], parts[1])).as(operation).isEqualTo(parameters);
        });
    }

    @Test
    void answersAreAsDescribed() throws Exception {
        String rejected = server.newIdentity();
        firstNotifier.about(
                rejected,
                (_, _) -> {
                    throw new RegistrationRejectedException("no room");
                });
        String failing = server.newIdentity();
        firstNotifier.about(
                failing,
                (_, _) -> {
                    throw new IllegalStateException("scripted");
                });
        try (TestWorker full =
                        server.worker()
                                .header("User-Agent", "acme/1.2")
                                .label("zone", "eu1")
                                .connect();
                TestWorker bare = server.connect();
                TestWorker other = server.connect()) {
            full.register(
                    Registrations.of(server.newIdentity())
                            .node("host-a")
                            .activity("charge", "{}", "{}")
                            .build());
            bare.register(Registrations.of(server.newIdentity()).node(null).build());
            expect("GET", "registrations", "registrations?state=unregistered", 200);
            other.register(TestWorker.registration(rejected));
            expect("GET", "registrations", "registrations?state=unregistered", 200);
            other.register(TestWorker.registration(failing));
            expect("GET", "registrations", "registrations", 200);
            expect("GET", "registrations", "registrations?limit=1", 200);
            expect("GET", "registrations", "registrations?identity=nobody", 200);
            for (String by : List.of("namespace", "node", "label:zone")) {
                expect("GET", "registrations", "registrations?groupBy=" + by, 200);
            }
            expect("GET", "registrations", "registrations?sort=age", 400);
            long pid =
                    server.read("/actuator/registrations?userAgent=acme*")
                            .required("registrations")
                            .required(0)
                            .required("pid")
                            .longValue();
            expect("GET", "registrations/{pid}", "registrations/" + pid, 200);
            expect("GET", "registrations/{pid}", "registrations/987654321", 404);
            expect("GET", "registrations/{pid}", "registrations/x", 400);
            expect("GET", "notifiers", "notifiers", 200);
            expect("GET", "drain", "drain", 200);
            expect("GET", "operator", "operator", 200);
            expect("DELETE", "registrations", "registrations?confirm=987654321", 409);
            expect("DELETE", "registrations", "registrations", 400);
            expect("DELETE", "registrations/{pid}", "registrations/" + pid, 204);
            expect("DELETE", "registrations/{pid}", "registrations/987654321", 404);
            full.expectClose(4500);
            expect("DELETE", "registrations", "registrations?confirm=1", 200);
            bare.expectClose(4500);
        }
        server.expectNobody();
        expect("GET", "departures", "departures", 200);
        expect("GET", "departures", "departures?limit=1", 200);
        expect("GET", "departures", "departures?groupBy=code", 200);
        expect("GET", "departures", "departures?code=1", 400);
        expect("GET", "rejections", "rejections", 200);
        expect("GET", "rejections", "rejections?limit=1&identity=worker-*", 200);
        expect("GET", "rejections", "rejections?limit=0", 400);
        expect("GET", "rates", "rates", 200);
        expect("GET", "console", "console", 302);
        expectChange("evictions", "{\"share\": 1, \"taskQueue\": \"none\"}", 200);
        expectChange("evictions", "{}", 400);
        expect("GET", "evictions", "evictions", 200);
        expect("GET", "evictions/{id}", "evictions/1", 200);
        expect("GET", "evictions/{id}", "evictions/987654321", 404);
        expect("DELETE", "evictions/{id}", "evictions/1", 200);
        expect("DELETE", "evictions/{id}", "evictions/987654321", 404);
        expectChange("bans", "{\"identity\": \"nobody\", \"duration\": \"1h\"}", 200);
        expectChange("bans", "{\"identity\": \"nobody\"}", 400);
        expect("GET", "bans", "bans", 200);
        expect("DELETE", "bans", "bans?identity=nobody", 204);
        expect("DELETE", "bans", "bans?identity=nobody", 404);
        expect("POST", "drain", "drain", 200);
        expect("DELETE", "drain", "drain", 200);
        expect("GET", "events", "events?snapshot=1", 400);
        for (String operation : openApi.operations()) {
            String[] parts = operation.split(" ", 2);
            String path = parts[1].replaceAll("\\{\\w+}", "1");
            expect(parts[0], parts[1], path, 401, "Authorization: Bearer wrong");
            expect(parts[0], parts[1], path, 403, "Host: page.example");
        }
    }

    @Test
    void eventsAreAsDescribed() throws Exception {
        List<ServerSentEvent> events = new ArrayList<>();
        String identity = server.newIdentity();
        String rejected = server.newIdentity();
        firstNotifier.about(
                rejected,
                (_, _) -> {
                    throw new RegistrationRejectedException("no room");
                });
        try (TestWorker older = server.register(identity);
                EventReader reader = EventReader.open(server, "?snapshot=true")) {
            events.add(reader.next());
            events.add(reader.next());
            try (TestWorker newer = server.register(identity);
                    TestWorker unregistered = server.connect()) {
                older.expectClose(4501);
                unregistered.register(TestWorker.registration(rejected));
                unregistered.disconnect();
                unregistered.expectEnd();
                newer.disconnect();
                newer.expectEnd();
                server.request("POST", "/actuator/drain");
                server.request("DELETE", "/actuator/drain");
                while (!events.getLast().type().equals("changed")) {
                    events.add(reader.next());
                }
            }
        }
        try (EventReader reader = EventReader.resume(server, "", "other-1")) {
            events.add(reader.next());
        }

        assertThat(events)
                .extracting(ServerSentEvent::type)
                .contains("opened", "snapshot", "admitted", "rejected", "departed", "replaced")
                .contains("drain", "changed", "reset");
        events.forEach(event -> openApi.expectDocumentedEvent(event.type(), event.data()));
    }

    @Test
    void answerThatDiffersIsFound() {
        String drain = "{\"state\":\"open\",\"remaining\":0,\"deadline\":null}";
        openApi.expectDocumented("GET", "drain", 200, drain);
        for (String different :
                List.of(
                        drain.replace("null", "null,\"more\":1"),
                        drain.replace(",\"deadline\":null", ""),
                        drain.replace("open", "closed"),
                        drain.replace("0", "\"0\""))) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> openApi.expectDocumented("GET", "drain", 200, different));
        }
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> openApi.expectDocumented("GET", "drain", 418, drain));
    }

    private void expectChange(String path, String body, int status) throws IOException {
        HttpResponse response = server.post("/actuator/" + path, body);
        assertThat(response.status()).as(response.body()).isEqualTo(status);
        openApi.expectDocumented("POST", path, status, response.body());
    }

    private void expect(String method, String template, String path, int status, String... headers)
            throws IOException {
        String host =
                headers.length > 0 && headers[0].startsWith("Host") ? "" : "Host: localhost\r\n";
        String header = headers.length == 0 ? "" : headers[0] + "\r\n";
        try (HttpSocket socket = server.operators()) {
            HttpResponse response =
                    socket.send(
                                    "%s /actuator/%s HTTP/1.1\r\n%s%sContent-Length: 0\r\nConnection: close\r\n\r\n"
                                            .formatted(method, path, host, header))
                            .answer();
            assertThat(response.status())
                    .as("%s %s: %s", method, path, response.body())
                    .isEqualTo(status);
            openApi.expectDocumented(method, template, status, response.body());
        }
    }
}
