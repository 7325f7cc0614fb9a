package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.EventReader.ServerSentEvent;
import dev.frontdoor.test.server.HttpSocket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A service that stops ends its streams of events in order, and does not wait for their readers.
 */
class StoppedEventStreamIntegrationTests {

    @Test
    void streamTellsOfTheDrainAndOfTheStop(@TempDir Path directory) throws Exception {
        try (ServiceProcess service =
                        ServiceProcess.in(directory)
                                .small()
                                .start(
                                        "--frontdoor.notifiers.unmatched=accept",
                                        "--frontdoor.drain.window=1ms",
                                        "--frontdoor.drain.push-grace=1ms");
                EventReader reader = read(service);
                EventReader silent = read(service);
                TestWorker worker = service.worker().connect()) {
            worker.register(TestWorker.registration("worker"));
            service.terminate();

            List<String> types = new ArrayList<>();
            for (ServerSentEvent event = reader.poll(); event != null; event = reader.poll()) {
                types.add(event.type());
            }
            assertThat(types)
                    .containsExactly(
                            "opened", "admitted", "drain", "departed", "drain", "stopping");
            assertThat(service.awaitExit(Duration.ofSeconds(60))).isIn(0, 143);
            assertThat(silent.next().type()).isEqualTo("opened");
        }
    }

    private static EventReader read(ServiceProcess service) throws Exception {
        return EventReader.on(HttpSocket.connect(service.managementPort()), "/actuator/events");
    }
}
