package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A service whose standard output is a pipe that nobody reads. */
class UnreadPipeIntegrationTests {

    private static final int WORKERS = 400;
    private static final Pattern DROPPED =
            Pattern.compile("frontdoor_log_dropped_total ([0-9.E]+)");

    @TempDir Path directory;

    @Test
    void workersRegisterAndDroppedLinesAreCountedAndReported() throws Exception {
        try (ServiceProcess service =
                ServiceProcess.in(directory)
                        .unread()
                        .start(
                                "--frontdoor.logging.queue-size=16KB",
                                "--logging.structured.format.console=ecs")) {
            registerAll(service);

            long dropped = dropped(service);
            assertThat(dropped).isPositive();
            assertThat(service.get("/actuator/health/liveness").statusCode()).isEqualTo(200);

            service.read();
            await().atMost(ServiceProcess.MAX_WAIT)
                    .untilAsserted(
                            () -> assertThat(service.output()).contains("log lines were dropped"));
            service.terminate();
            assertThat(service.awaitExit(ServiceProcess.MAX_WAIT)).isEqualTo(143);

            await().atMost(ServiceProcess.MAX_WAIT)
                    .untilAsserted(
                            () -> assertThat(service.output()).contains("\"message\":\"drained\""));

            long reported = 0;
            for (String line : service.output().lines().toList()) {
                JsonNode json = JsonMapper.shared().readTree(line);
                String message = json.required("message").stringValue();
                if (message.contains("log lines were dropped")) {
                    reported += Long.parseLong(message.split(" ", 2)[0]);
                }
            }
            assertThat(reported).isGreaterThanOrEqualTo(dropped);
        }
    }

    @Test
    void serviceStopsAlthoughNobodyReads() throws Exception {
        try (ServiceProcess service = ServiceProcess.in(directory).unread().start()) {
            registerAll(service);

            service.terminate();
            assertThat(service.awaitExit(ServiceProcess.MAX_WAIT)).isEqualTo(143);
        }
    }

    private static void registerAll(ServiceProcess service) throws Exception {
        List<TestWorker> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            TestWorker worker = service.worker().connect();
            worker.register(TestWorker.registration("worker-" + i));
            workers.add(worker);
        }
        workers.forEach(TestWorker::close);
    }

    private static long dropped(ServiceProcess service) throws Exception {
        Matcher sample = DROPPED.matcher(service.get("/actuator/prometheus").body());
        assertThat(sample.find()).isTrue();
        return (long) Double.parseDouble(sample.group(1));
    }
}
