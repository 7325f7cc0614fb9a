package dev.frontdoor.actuate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** A stream of events to which nobody has access is not there. */
@OpenServerTest
@TestPropertySource(properties = "management.endpoint.events.access=none")
class InaccessibleEventsIntegrationTests {

    private final ServerUnderTest server;

    InaccessibleEventsIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @Test
    void pathIsUnknown() throws Exception {
        assertThat(server.ask("/actuator/events").status()).isEqualTo(404);
        assertThat(server.read("/actuator").toString()).doesNotContain("events");
    }
}
