package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.UpgradeRefusedException;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.Requests;
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

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** An event loop that is blocked for a while, with real sockets. */
@SpringBootTest(
        classes = FrontDoorApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "frontdoor.event-loops=1",
            "frontdoor.limits.max-event-loop-lag=500ms"
        })
@Import(TestApplication.class)
@DirtiesContext
@ExtendWith(LeakGuard.class)
@TestConstructor(autowireMode = AutowireMode.ALL)
class BlockedEventLoopIntegrationTests {

    private static final Duration BLOCKED = Duration.ofSeconds(2);

    private final ServerUnderTest server;
    private final Executor loop;

    BlockedEventLoopIntegrationTests(ServerUnderTest server, EventLoops workerEventLoops) {
        this.server = server;
        this.loop = workerEventLoops.loops().values().iterator().next();
    }

    @Test
    void upgradesThatWaitedForABlockedLoopAreRefusedAndLaterOnesAreNot() throws Exception {
        server.register(server.newIdentity()).close();
        try (HttpSocket http = server.http()) {
            assertThat(http.send(Requests.get("/pages/1")).answer().status()).isEqualTo(200);
            block();
            HttpResponse answer = http.send(Requests.upgrade().toString()).answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).containsExactly("5");
            assertThat(server.sum("frontdoor.upgrades.refused", "reason", "overloaded"))
                    .isPositive();
        }
        await().atMost(ServerUnderTest.MAX_WAIT)
                .ignoreExceptionsInstanceOf(UpgradeRefusedException.class)
                .untilAsserted(() -> server.register(server.newIdentity()).close());
    }

    /** Blocks the loop, which then answers an upgrade that comes meanwhile. */
    private void block() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        loop.execute(() -> {
            blocked.countDown();
            try {
                boolean _ = never.await(BLOCKED.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(blocked.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
