package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A process that is paused for longer than its heartbeat takes to give up a silent worker. */
class FrozenServiceIntegrationTests {

    private static final int WORKERS = 50;

    @TempDir Path directory;

    @Test
    void workersStay() throws Exception {
        freeze(
                Duration.ofSeconds(8),
                "--frontdoor.heartbeat.interval=1s",
                "--frontdoor.heartbeat.timeout=5s");
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes 80 s")
    void workersStayWithTheDefaults() throws Exception {
        freeze(Duration.ofSeconds(40));
    }

    private void freeze(Duration duration, String... settings) throws Exception {
        try (ServiceProcess service = ServiceProcess.in(directory).start(settings)) {
            List<TestWorker> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                TestWorker worker = service.worker().connect();
                worker.register(TestWorker.registration("worker-" + i));
                workers.add(worker);
            }

            service.freeze(duration);

            try (TestWorker silent = service.worker().connect()) {
                silent.register(TestWorker.registration("silent"));
                silent.answerPings(false);
                // Its close shows that the heartbeat has gone on for all.
                silent.expectClose(4012);
            }
            workers.forEach(TestWorker::expectNothing);
            assertThat(service.get("/actuator/departures").body())
                    .containsOnlyOnce("\"code\":")
                    .contains("\"identity\":\"silent\"");
            workers.forEach(TestWorker::close);
        }
    }
}
