package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The service stops while its event loop is blocked for ever. */
class BlockedShutdownIntegrationTests {

    @Test
    void serviceStopsAlthoughItsPortsCannotBeClosed() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        ConfigurableApplicationContext context =
                new SpringApplicationBuilder(FrontDoorApplication.class)
                        .run(
                                "--server.port=0",
                                "--server.shutdown=immediate",
                                "--management.server.port=0",
                                "--frontdoor.tcp.port=0",
                                "--frontdoor.event-loops=1");
        Executor loop = context.getBean(EventLoops.class).loops().values().iterator().next();
        try (AutoCloseable _ = over::countDown) {
            loop.execute(() -> {
                blocked.countDown();
                awaitQuietly(over);
            });
            ServerUnderTest.awaitLatch(blocked);
            Thread stop = Thread.ofPlatform().start(context::close);

            assertThat(stop.join(ServerUnderTest.MAX_WAIT)).isTrue();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            boolean _ = latch.await(5, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
