package dev.frontdoor.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.RedisServer;
import dev.frontdoor.test.server.ServerUnderTest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import java.util.List;
import java.util.Objects;

/** A directory for which the acknowledgment waits. */
@OpenServerTest
@DirtiesContext
@TestPropertySource(
        properties = {
            "frontdoor.directory.enabled=true",
            "frontdoor.directory.await=true",
            "frontdoor.directory.renewal-interval=500ms",
            // A busy machine may take its time.
            "frontdoor.directory.command-timeout=10s"
        })
@EnabledIf(
        value = "dev.frontdoor.test.server.RedisServer#isInstalled",
        disabledReason = "redis-server is not on the PATH")
class AwaitedEntriesIntegrationTests {

    private static @Nullable RedisServer redis;

    private final ServerUnderTest server;

    AwaitedEntriesIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @DynamicPropertySource
    static void startRedis(DynamicPropertyRegistry settings) {
        RedisServer started = RedisServer.start();
        redis = started;
        settings.add("spring.data.redis.port", started::port);
    }

    @AfterAll
    static void stopRedis() {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void theEntryIsThereWithTheAcknowledgment() throws Exception {
        awaitDirectory();
        String identity = server.newIdentity();
        try (TestWorker worker = server.connect()) {
            assertThat(worker.register(TestWorker.registration(identity)))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
            assertThat(shown()).containsExactly(identity);

            String next = server.newIdentity();
            assertThat(worker.register(TestWorker.registration(next)))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
            assertThat(shown()).containsExactly(next);
        }
        ServerUnderTest.eventually(() -> assertThat(shown()).isEmpty());
    }

    @Test
    void aRegistrationIsRejectedWhileRedisIsDownAndAcceptedAfterwards() throws Exception {
        awaitDirectory();
        String identity = server.newIdentity();
        try (TestWorker worker = server.connect()) {
            Objects.requireNonNull(redis).kill();
            assertThat(worker.register(TestWorker.registration(identity)).rejection())
                    .contains("the directory of workers cannot be reached, retry in 5 s");
            // A call without a connection fails at once, and waits in no queue.
            ServerUnderTest.eventually(() ->
                    assertThat(server.ask("/actuator/fleet").body()).contains("not connected"));

            Objects.requireNonNull(redis).restart();
            awaitDirectory();
            assertThat(shown()).isEmpty();
            assertThat(worker.register(TestWorker.registration(identity)))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
            assertThat(shown()).containsExactly(identity);
        }
        ServerUnderTest.eventually(() -> assertThat(shown()).isEmpty());
    }

    private void awaitDirectory() {
        ServerUnderTest.eventually(
                () -> assertThat(server.ask("/actuator/health/directory").status()).isEqualTo(200));
    }

    private List<String> shown() throws Exception {
        return server.read("/actuator/fleet")
                .path("workers")
                .valueStream()
                .map(worker -> worker.path("identity").asString())
                .toList();
    }
}
