package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The live table of workers that declare long texts, in a process with little memory. */
class LargeRowsIntegrationTests {

    private static final int WORKERS = 100;

    @TempDir Path directory;

    @Test
    void pageOfLongTextsDoesNotExhaustTheHeap() throws Exception {
        String activityType = "x".repeat(900_000);
        try (ServiceProcess service =
                ServiceProcess.in(directory)
                        .jvmOption("-Xmx128m")
                        .jvmOption("-XX:+ExitOnOutOfMemoryError")
                        .start(
                                "--frontdoor.limits.max-registration-size=1MB",
                                "--frontdoor.limits.max-name-size=1MB")) {
            List<TestWorker> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                TestWorker worker = service.worker().connect();
                worker.authenticate("");
                worker.register(
                        Registrations.of("worker-" + i).activityTypes(activityType).build());
                workers.add(worker);
            }

            HttpResponse<String> page = service.get("/actuator/registrations?limit=1000");
            assertThat(page.statusCode()).isEqualTo(200);
            JsonNode rows = JsonMapper.shared().readTree(page.body()).required("registrations");
            assertThat(rows.size()).isEqualTo(WORKERS);
            assertThat(rows)
                    .allSatisfy(row -> {
                        assertThat(row.required("truncated").booleanValue()).isTrue();
                        assertThat(row.required("activityTypes").required(0).stringValue())
                                .hasSizeLessThan(1000)
                                .endsWith("...");
                    });
            assertThat(service.get("/actuator/registrations/1").body()).contains(activityType);
            assertThat(service.isAlive()).isTrue();
            workers.forEach(TestWorker::close);
        }
    }
}
