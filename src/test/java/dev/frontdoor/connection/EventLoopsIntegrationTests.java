package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import io.netty.channel.EventLoop;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestConstructor;
import org.springframework.test.context.TestConstructor.AutowireMode;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The event loops of workers, and the separate one of operators. */
@SpringBootTest(
        classes = FrontDoorApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "frontdoor.limits.max-event-loop-lag=0s",
            "frontdoor.event-loops=1"
        })
@Import(TestApplication.class)
@DirtiesContext
@ExtendWith(LeakGuard.class)
@TestConstructor(autowireMode = AutowireMode.ALL)
class EventLoopsIntegrationTests {

    private static final int WORKERS = 8;

    private final ServerUnderTest server;
    private final Connections connections;

    EventLoopsIntegrationTests(ServerUnderTest server, Connections connections) {
        this.server = server;
        this.connections = connections;
    }

    @Test
    void asManyLoopsServeWorkersAsAreSet() throws Exception {
        List<TestWorker> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(server.register(server.newIdentity()));
        }
        assertThat(connections.open()).hasSize(WORKERS);
        assertThat(connections.open().stream().map(WorkerConnection::loop).distinct()).hasSize(1);
        EventLoop loop = connections.open().getFirst().loop();
        assertThat(loop.submit(() -> Thread.currentThread().getName()).get(60, TimeUnit.SECONDS))
                .startsWith("worker-io-");
        workers.forEach(TestWorker::close);
        server.expectNobody();
    }

    @Test
    void operatorsAreAnsweredWhileTheWorkersLoopIsBusy() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (TestWorker _ = server.register(server.newIdentity())) {
            EventLoop loop = connections.open().getFirst().loop();
            CountDownLatch busy = new CountDownLatch(1);
            loop.execute(() -> {
                busy.countDown();
                await(over);
            });
            await(busy);

            assertThat(server.ask("/actuator/registrations").status()).isEqualTo(200);
            assertThat(over.getCount()).isOne();
        } finally {
            over.countDown();
        }
        server.expectNobody();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
