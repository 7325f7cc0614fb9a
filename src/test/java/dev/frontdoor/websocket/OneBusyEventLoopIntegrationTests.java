package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

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
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One of two event loops is busy, in turn: the one that accepts for the port, and the other one.
 */
@SpringBootTest(
        classes = FrontDoorApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "frontdoor.tcp.port=0",
            "frontdoor.event-loops=2",
            "frontdoor.limits.max-event-loop-lag=0s"
        })
@Import(TestApplication.class)
@DirtiesContext
@BothTransports
@ExtendWith(LeakGuard.class)
@TestConstructor(autowireMode = AutowireMode.ALL)
class OneBusyEventLoopIntegrationTests {

    private static final int WORKERS = 6;

    private final ServerUnderTest server;
    private final List<Executor> loops;

    OneBusyEventLoopIntegrationTests(ServerUnderTest server, EventLoops workerEventLoops) {
        this.server = server;
        this.loops = List.copyOf(workerEventLoops.loops().values());
    }

    @Test
    void workersOfTheOtherLoopRegisterMeanwhile() throws Exception {
        assertThat(loops).hasSize(2);
        for (Executor loop : loops) {
            server.expectSum(0, "frontdoor.connections", "state", "registered");
            registerWhileBusy(loop);
        }
        server.expectNobody();
    }

    private void registerWhileBusy(Executor loop) throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        List<Future<TestWorker>> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                AutoCloseable _ = over::countDown) {
            loop.execute(() -> {
                busy.countDown();
                ServerUnderTest.awaitLatch(over);
            });
            ServerUnderTest.awaitLatch(busy);
            for (int i = 0; i < WORKERS; i++) {
                workers.add(threads.submit(() -> server.register(server.newIdentity())));
            }
            server.expectSum(WORKERS / 2, "frontdoor.connections", "state", "registered");
            over.countDown();
            for (Future<TestWorker> worker : workers) {
                worker.get().close();
            }
        }
    }
}
