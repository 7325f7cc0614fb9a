package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.Door;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a worker sees that does not connect or register in time. */
@DoorWith({
    "frontdoor.limits.connect-timeout=300ms",
    "frontdoor.limits.registration-timeout=600ms",
})
class TimeLimitsIntegrationTests {

    private final Door door;

    TimeLimitsIntegrationTests(Door door) {
        this.door = door;
    }

    @AfterEach
    void nobodyIsLeft() {
        door.expectNobody();
    }

    @Test
    void workerThatSendsNothingIsClosed() throws Exception {
        double closed = closed(4010);
        try (TestWorker worker = door.connect()) {
            assertThat(worker.expectClose(4010).reason()).isEqualTo("no Connect in time");
            assertThat(closed(4010)).isEqualTo(closed + 1);
        }
    }

    @Test
    void workerThatConnectsAndDoesNotRegisterIsClosed() throws Exception {
        double closed = closed(4011);
        try (TestWorker worker = door.connect()) {
            worker.authenticate("");
            assertThat(worker.expectClose(4011).reason()).isEqualTo("no WorkerRegister in time");
            assertThat(closed(4011)).isEqualTo(closed + 1);
        }
    }

    private double closed(int code) {
        return door.sum("frontdoor.connections.closed", "code", Integer.toString(code));
    }
}
