package dev.frontdoor.websocket;

import static dev.frontdoor.test.WebSocketFrame.declaring;
import static dev.frontdoor.test.WebSocketFrame.masked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;

/** The bound of a first message that comes in fragments. */
@OpenServerTest
class FirstMessageFragmentsIntegrationTests {

    private final ServerUnderTest server;

    FirstMessageFragmentsIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @Test
    void fragmentsOfAFirstMessageAreSummed() throws Exception {
        int bound = 64 * 1024;
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(masked(0x02, new byte[bound - 10]));
            worker.sendRaw(masked(0x00, new byte[5]));
            worker.sendRaw(declaring(0x80, 6, new byte[0]));
            assertThat(worker.expectClose(1009).reason()).contains("65536");
        }
    }
}
