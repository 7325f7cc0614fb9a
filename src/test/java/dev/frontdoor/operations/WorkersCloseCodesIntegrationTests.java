package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;

/** Close codes of workers' own. */
@FrontDoorTest
class WorkersCloseCodesIntegrationTests {

    private final ServerUnderTest server;

    WorkersCloseCodesIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @ParameterizedTest
    @CsvSource({
        "1000, '', 1000",
        "1001, going away, 1001",
        "1011, '', 1011",
        "3008, maintenance, worker_3xxx",
        "4321, it's late, worker_4xxx",
        "1003, '', other"
    })
    void workersOwnCodeAndReasonAreKept(int code, String reason, String label) throws Exception {
        String identity = server.newIdentity();
        double closed = server.sum("frontdoor.connections.closed", "code", label);
        try (TestWorker worker = server.register(identity)) {
            worker.close(code, reason);
            worker.expectClose(1000);
        }
        JsonNode departure =
                server.read("/actuator/departures?identity=" + identity).path("departures").path(0);
        assertThat(departure.path("code").asInt()).isEqualTo(code);
        assertThat(departure.path("by").asString()).isEqualTo("worker");
        assertThat(departure.path("reason").asString()).isEqualTo(reason);
        server.expectSum(closed + 1, "frontdoor.connections.closed", "code", label);
    }
}
