package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** An operator cancels a drain. */
@FrontDoorTest("frontdoor.drain.window=1h")
@BothTransports
class DrainCancelIntegrationTests {

    private static final String DRAIN = "/actuator/drain";
    private static final String READINESS = "/actuator/health/readiness";

    private final ServerUnderTest server;
    private final ConfigurableApplicationContext context;

    DrainCancelIntegrationTests(ServerUnderTest server, ConfigurableApplicationContext context) {
        this.server = server;
        this.context = context;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void workersStayAndNewOnesAreAccepted() throws Exception {
        try (TestWorker worker = server.register(server.newIdentity())) {
            assertThat(server.request("POST", DRAIN).body()).contains("\"draining\"");
            assertThat(server.ask(READINESS).status()).isEqualTo(503);

            for (int i = 0; i < 2; i++) {
                HttpResponse canceled = server.request("DELETE", DRAIN);
                assertThat(canceled.status()).isEqualTo(200);
                assertThat(canceled.body())
                        .isEqualTo("{\"state\":\"open\",\"remaining\":1,\"deadline\":null}");
            }
            assertThat(server.ask(READINESS).status()).isEqualTo(200);
            assertThat(server.sum("frontdoor.draining")).isZero();
            worker.expectNothing();
            try (TestWorker late = server.connect()) {
                assertThat(late.register(TestWorker.registration(server.newIdentity())))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
            }
        }
    }

    @Test
    void drainOfAServiceThatIsStoppingContinues() throws Exception {
        try (TestWorker worker = server.register(server.newIdentity())) {
            Thread stop = Thread.ofVirtual().start(context::stop);
            ServerUnderTest.eventually(
                    () -> assertThat(server.ask(DRAIN).body()).contains("\"draining\""));

            HttpResponse refused = server.request("DELETE", DRAIN);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.body()).contains("the service is stopping");
            assertThat(server.ask(DRAIN).body()).contains("\"draining\"");
            worker.close(1000, "");
            worker.expectClose(1000);
            assertThat(stop.join(ServerUnderTest.MAX_WAIT)).isTrue();
        }
        context.start();
        assertThat(server.ask(DRAIN).body()).contains("\"open\"");
    }
}
