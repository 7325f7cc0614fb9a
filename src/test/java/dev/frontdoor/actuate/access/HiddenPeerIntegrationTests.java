package dev.frontdoor.actuate.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

/** Spring replaces the peer's address by one that a header declares, and removes the header. */
@OpenServerTest
@TestPropertySource(properties = "server.forward-headers-strategy=framework")
class HiddenPeerIntegrationTests {

    private final ServerUnderTest server;

    HiddenPeerIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept: */*", "Forwarded: for=127.0.0.1", "X-Forwarded-For: ::1"})
    void addressThatAHeaderDeclaresIsNotTrusted(String header) throws Exception {
        try (HttpSocket socket = server.operators()) {
            HttpResponse response =
                    socket.send(
                                    "POST /actuator/drain HTTP/1.1\r\nHost: localhost\r\n%s\r\nContent-Length: 0\r\n\r\n"
                                            .formatted(header))
                            .answer();

            assertThat(response.status()).isEqualTo(403);
        }
        assertThat(server.read("/actuator/drain").required("state").stringValue())
                .isEqualTo("open");
    }
}
