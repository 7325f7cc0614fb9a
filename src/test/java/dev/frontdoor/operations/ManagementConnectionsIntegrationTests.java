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
    "frontdoor.management.limits.request-head-timeout=5m",
    "frontdoor.limits.trusted-proxies=127.0.0.0/8"
})
class ManagementConnectionsIntegrationTests {

    private static final String PROBE =
            "GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n";

    /** How many of 16 are served; the others are being closed. */
    private static final int SERVED = 14;

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
    void operatorIsServedWhateverNineAddressesHold() throws Exception {
        double refused = refused("total");
        for (int i = 0; i < 6; i++) {
            for (int address = 1; address <= 9; address++) {
                expectServed("127.0.3." + address);
            }
        }
        assertThat(server.sum("frontdoor.management.connections.limit")).isEqualTo(16);
        assertThat(refused("total")).isEqualTo(refused + 6 * 9 - SERVED);

        HttpSocket operator = server.operatorsFrom("127.0.3.10");
        open.add(operator);
        for (int i = 0; i < 3; i++) {
            assertThat(operator.send(PROBE).answer().status()).isEqualTo(200);
            expectServed("127.0.3." + (i + 1));
        }
    }

    @Test
    void operatorIsServedWhateverAddressesWithOneConnectionEachHold() throws Exception {
        double opened = server.sum("frontdoor.management.connections.opened");
        for (int address = 1; address <= 40; address++) {
            HttpSocket silent = server.operatorsFrom("127.0.4." + address);
            open.add(silent);
        }
        ServerUnderTest.eventually(() -> {
            assertThat(server.sum("frontdoor.management.connections.opened"))
                    .isEqualTo(opened + 40);
            assertThat(server.sum("frontdoor.management.connections")).isEqualTo(SERVED);
        });
        expectServed("127.0.3.10");
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
    }

    private double refused(String reason) {
        return server.sum("frontdoor.management.connections.refused", "reason", reason);
    }
}
