package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that may open few files. */
class FewFilesIntegrationTests {

    private static final int MAX_FILES = 464;
    private static final int LIMIT = 208;

    @TempDir Path directory;

    @Test
    void connectionLimitLeavesFilesForTheRest() throws Exception {
        try (ServiceProcess service =
                ServiceProcess.in(directory)
                        .maxFiles(MAX_FILES)
                        .start("--frontdoor.limits.max-connections=5000")) {
            assertThat(service.log())
                    .contains("frontdoor.limits.max-connections is 5000")
                    .contains("the limit in force is " + LIMIT);
            List<TestWorker> in = new ArrayList<>();
            for (int i = 0; i < LIMIT; i++) {
                TestWorker worker = service.worker().connect();
                worker.register(TestWorker.registration("worker-" + i));
                in.add(worker);
            }
            for (int i = LIMIT; i < MAX_FILES + 50; i++) {
                try (TestWorker worker = service.worker().connect()) {
                    assertThat(worker.expect(ConnectError.class).message())
                            .isEqualTo("the connection limit of %d is reached".formatted(LIMIT));
                    worker.expectClose(4003);
                }
            }

            assertThat(service.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
            assertThat(service.get("/actuator/health").body())
                    .contains("\"limit\":%d".formatted(LIMIT));
            assertThat(service.get("/actuator/prometheus").body())
                    .contains("frontdoor_connections_limit %d.0".formatted(LIMIT));
            in.forEach(TestWorker::expectNothing);
            in.forEach(TestWorker::close);
        }
    }

    @Test
    void defaultOfTheLimitIsDerivedFromTheOpenFiles() throws Exception {
        try (ServiceProcess service = ServiceProcess.in(directory).maxFiles(MAX_FILES).start()) {
            assertThat(service.get("/actuator/health").body())
                    .contains("\"limit\":%d".formatted(LIMIT));
            assertThat(service.log()).doesNotContain("the limit in force");
        }
    }
}
