package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a worker sees that does not connect or register in time. */
@FrontDoorTest({
    "frontdoor.limits.connect-timeout=300ms",
    "frontdoor.limits.registration-timeout=600ms",
})
@BothTransports
class TimeLimitsIntegrationTests {

    private final ServerUnderTest server;

    TimeLimitsIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void workerThatSendsNothingIsClosed() throws Exception {
        double closed = closed(4010);
        try (TestWorker worker = server.connect()) {
            assertThat(worker.expectClose(4010).reason()).isEqualTo("no Connect in time");
            assertThat(closed(4010)).isEqualTo(closed + 1);
        }
    }

    @Test
    void workerThatConnectsAndDoesNotRegisterIsClosed() throws Exception {
        double closed = closed(4011);
        try (TestWorker worker = server.connect()) {
            worker.authenticate("");
            assertThat(worker.expectClose(4011).reason()).isEqualTo("no WorkerRegister in time");
            assertThat(closed(4011)).isEqualTo(closed + 1);
        }
    }

    private double closed(int code) {
        return server.sum("frontdoor.connections.closed", "code", Integer.toString(code));
    }
}
