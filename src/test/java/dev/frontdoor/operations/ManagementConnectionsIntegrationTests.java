package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How many connections the management port takes, and from whom. */
@FrontDoorTest({
    "frontdoor.management.limits.max-connections=16",
    "frontdoor.management.limits.max-connections-per-address=6",
    "frontdoor.limits.trusted-proxies=127.0.0.0/8"
})
class ManagementConnectionsIntegrationTests {

    private static final String PROBE =
            "GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final ServerUnderTest server;
    private final List<HttpSocket> open = new ArrayList<>();

    ManagementConnectionsIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void allAreCounted() throws IOException {
        for (HttpSocket socket : open) {
            socket.close();
        }
        ServerUnderTest.eventually(
                () -> assertThat(server.sum("frontdoor.management.connections")).isZero());
    }

    @Test
    void addressHasItsLimit() throws Exception {
        double refused = refused("address");
        for (int i = 0; i < 6; i++) {
            expectServed("127.0.3.1");
        }
        expectClosed("127.0.3.1");
        assertThat(refused("address")).isEqualTo(refused + 1);
        expectServed("127.0.3.2");
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.expectNothing();
        }
    }

    @Test
    void lastConnectionsAreForAddressesThatHaveFew() throws Exception {
        double refused = refused("total");
        for (int i = 0; i < 6; i++) {
            expectServed("127.0.3.1");
            expectServed("127.0.3.2");
        }
        for (int i = 0; i < 3; i++) {
            expectServed("127.0.3.3");
        }
        expectClosed("127.0.3.3");
        expectServed("127.0.3.4");
        expectClosed("127.0.3.5");
        assertThat(refused("total")).isEqualTo(refused + 2);
        assertThat(server.sum("frontdoor.management.connections.limit")).isEqualTo(16);

        open.removeFirst().close();
        ServerUnderTest.eventually(
                () -> assertThat(server.sum("frontdoor.management.connections")).isEqualTo(15));
        expectServed("127.0.3.5");
    }

    private void expectServed(String address) throws IOException {
        HttpSocket socket = server.operatorsFrom(address).send(PROBE);
        open.add(socket);
        assertThat(socket.answer().status()).isEqualTo(200);
    }

    private void expectClosed(String address) throws IOException {
        try (HttpSocket socket = server.operatorsFrom(address)) {
            assertThat(socket.ends()).isTrue();
        }
        ServerUnderTest.eventually(() ->
                assertThat(server.sum("frontdoor.management.connections")).isEqualTo(open.size()));
    }

    private double refused(String reason) {
        return server.sum("frontdoor.management.connections.refused", "reason", reason);
    }
}
