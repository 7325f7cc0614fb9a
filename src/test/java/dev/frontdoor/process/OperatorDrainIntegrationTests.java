package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.UpgradeRefusedException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A drain that an operator asks for, without a stop. */
class OperatorDrainIntegrationTests {

    private static final String DRAIN = "/actuator/drain";

    @TempDir Path directory;

    @Test
    void workersAreSentAwayAndTheServiceStaysWithItsDoorClosed() throws Exception {
        Duration window = Duration.ofSeconds(1);
        try (ServiceProcess service =
                ServiceProcess.in(directory).start("--frontdoor.drain.window=" + window)) {
            List<TestWorker> workers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                TestWorker worker = service.worker().connect();
                worker.register(TestWorker.registration("worker-" + i));
                workers.add(worker);
            }
            assertThat(service.get(DRAIN).body())
                    .isEqualTo("{\"state\":\"open\",\"remaining\":20,\"deadline\":null}");
            assertThat(service.get("/actuator/health/readiness").statusCode()).isEqualTo(200);

            Instant before = Instant.now();
            JsonNode begun = read(service.post(DRAIN).body());
            assertThat(begun.path("state").asString()).isEqualTo("draining");
            assertThat(Instant.parse(begun.path("deadline").asString())).isAfter(before);
            assertThat(read(service.post(DRAIN).body()).path("deadline"))
                    .isEqualTo(begun.path("deadline"));
            workers.forEach(worker -> worker.expectClose(1012));
            await().atMost(ServiceProcess.MAX_WAIT)
                    .until(() -> service.get(DRAIN).body().contains("\"drained\""));

            JsonNode over = read(service.get(DRAIN).body());
            assertThat(over.path("remaining").asInt()).isZero();
            assertThat(over.path("deadline")).isEqualTo(begun.path("deadline"));
            assertThat(service.get("/actuator/registrations").body()).contains("\"registered\":0");
            assertThat(service.get("/actuator/health/readiness").body()).contains("OUT_OF_SERVICE");
            assertThat(service.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> service.worker().connect())
                    .isInstanceOfSatisfying(
                            UpgradeRefusedException.class,
                            refusal -> {
                                assertThat(refusal.status()).isEqualTo(503);
                                assertThat(refusal.header("Retry-After")).isNotEmpty();
                            });
            assertThat(service.isAlive()).isTrue();

            service.terminate();
            assertThat(service.awaitExit(ServiceProcess.MAX_WAIT)).isEqualTo(143);
            workers.forEach(TestWorker::close);
        }
    }

    private static JsonNode read(String json) {
        return JsonMapper.shared().readTree(json);
    }
}
