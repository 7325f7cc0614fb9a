package dev.frontdoor.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

import java.io.IOException;

/** A page whose endpoint may not be read is not there. */
@OpenServerTest
@TestPropertySource(properties = "management.endpoint.console.access=none")
class HiddenConsoleIntegrationTests {

    private final ServerUnderTest server;

    HiddenConsoleIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @Test
    void nothingIsServed() throws IOException {
        assertThat(server.ask("/console/").status()).isEqualTo(404);
        assertThat(server.ask("/console/main.js").status()).isEqualTo(404);
        assertThat(server.ask("/actuator/console").status()).isEqualTo(404);
    }

    @Test
    void rootLeadsToTheListOfEndpoints() throws IOException {
        HttpResponse root = server.ask("/");

        assertThat(root.status()).isEqualTo(302);
        assertThat(root.header("Location")).containsExactly("actuator");
    }
}
