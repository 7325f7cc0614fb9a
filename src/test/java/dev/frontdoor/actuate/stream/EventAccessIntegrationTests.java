package dev.frontdoor.actuate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

import java.io.IOException;

/** The stream of events is served and refused like the endpoints beside it. */
@OpenServerTest
@TestPropertySource(
        properties = {
            "management.endpoints.web.base-path=/operators",
            "management.endpoints.web.path-mapping.events=what-happens",
            "management.endpoints.web.cors.allowed-origins=https://console.example",
            "frontdoor.management.auth.view.tokens.dashboard=view-1",
            "frontdoor.management.trust-loopback=always"
        })
class EventAccessIntegrationTests {

    private static final String EVENTS = "/operators/what-happens";
    private static final String BESIDE = "/operators/notifiers";

    private final ServerUnderTest server;

    EventAccessIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Accept: */*                                      | 200",
                "Host: page.example                               | 403",
                "Host: 192.0.2.8:8081                             | 200",
                "Authorization: Bearer wrong                      | 401",
                "Authorization: Bearer view-1                     | 200",
                "X-Forwarded-For: 192.0.2.7                       | 401",
                "Origin: https://console.example                  | 200",
                "Origin: https://page.example                     | 403"
            })
    void rulesAreThoseOfTheEndpointsBesideIt(String header, int status) throws Exception {
        try (EventReader beside = EventReader.on(server.operators(), BESIDE, header);
                EventReader events = EventReader.on(server.operators(), EVENTS, header)) {
            assertThat(beside.head().status()).isEqualTo(status);
            assertThat(events.head().status()).isEqualTo(status);
            assertThat(events.head().header("Access-Control-Allow-Origin"))
                    .isEqualTo(beside.head().header("Access-Control-Allow-Origin"));
            if (status == 200) {
                assertThat(events.next().type()).isEqualTo("opened");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?nod=1                        | is not a parameter of this operation; it has: scope, snapshot",
                "?snapshot=maybe               | snapshot must be true or false, was 'maybe'",
                "?snapshot                     | exactly one value",
                "?snapshot=true&snapshot=true  | exactly one value"
            })
    void badParameterIsRefusedWithWhatIsAllowed(String query, String message) throws Exception {
        HttpResponse response = server.ask(EVENTS + query);

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).contains(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "DELETE", "PUT"})
    void streamIsOnlyRead(String method) throws Exception {
        HttpResponse response = server.request(method, EVENTS);

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.body()).contains("the methods of this path are: GET");
    }

    @Test
    void headHasNoBodyAndOpensNoStream() throws Exception {
        try (HttpSocket socket = server.operators()) {
            HttpResponse head =
                    socket.send("HEAD " + EVENTS + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .answerWithoutBody();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Type")).containsExactly("text/event-stream");
            assertThat(server.sum("frontdoor.events.streams")).isZero();

            socket.send("GET " + BESIDE + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(socket.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void listOfEndpointsNamesTheStream() throws Exception {
        assertThat(server.read("/operators").required("_links").required("events").toString())
                .contains(EVENTS);
        assertNothingAt("/actuator/events");
        assertNothingAt("/operators/events");
        assertNothingAt(EVENTS + "/1");
    }

    private void assertNothingAt(String path) throws IOException {
        assertThat(server.ask(path).status()).as(path).isEqualTo(404);
    }
}
