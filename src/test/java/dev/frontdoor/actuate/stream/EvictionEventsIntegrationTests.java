package dev.frontdoor.actuate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.EventReader.ServerSentEvent;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;

/** The stream tells which workers an eviction closes. */
@OpenServerTest
class EvictionEventsIntegrationTests {

    private final ServerUnderTest server;

    EvictionEventsIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @Test
    void workerIsEvictedOnceAndThenDeparts() throws Exception {
        try (TestWorker worker = server.register(server.newIdentity());
                EventReader reader = EventReader.open(server, "")) {
            reader.next("opened");
            int status =
                    server.post(
                                    "/actuator/evictions",
                                    "{\"share\": 1, \"ratePerSecond\": 1000, \"comeBack\": false}")
                            .status();
            assertThat(status).isEqualTo(200);
            worker.expectClose(4502);

            ServerSentEvent evicted = nextOfAWorker(reader);
            ServerSentEvent departed = nextOfAWorker(reader);
            assertThat(evicted.type()).isEqualTo("evicted");
            assertThat(evicted.data().required("code").intValue()).isEqualTo(4502);
            assertThat(evicted.data().required("eviction").longValue()).isPositive();
            assertThat(departed.type()).isEqualTo("departed");
            assertThat(departed.pid()).isEqualTo(evicted.pid());
        }
        server.expectNobody();
    }

    /** Who has started the eviction is an event of its own, which may come at any time. */
    private static ServerSentEvent nextOfAWorker(EventReader reader) throws Exception {
        ServerSentEvent event = reader.next();
        return event.type().equals("changed") ? reader.next() : event;
    }
}
