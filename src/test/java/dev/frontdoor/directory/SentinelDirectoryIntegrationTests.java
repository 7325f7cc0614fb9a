package dev.frontdoor.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.RedisSentinel;
import dev.frontdoor.test.server.ServerUnderTest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import java.util.Objects;

/** A directory on the master that sentinels name. */
@OpenServerTest
@DirtiesContext
@TestPropertySource(
        properties = {
            "frontdoor.directory.enabled=true",
            "frontdoor.directory.renewal-interval=500ms",
            "spring.data.redis.sentinel.master=" + RedisSentinel.MASTER
        })
@EnabledIf(
        value = "dev.frontdoor.test.server.RedisServer#isInstalled",
        disabledReason = "redis-server is not on the PATH")
class SentinelDirectoryIntegrationTests {

    private static @Nullable RedisSentinel redis;

    private final ServerUnderTest server;

    SentinelDirectoryIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @DynamicPropertySource
    static void startRedis(DynamicPropertyRegistry settings) {
        RedisSentinel started = RedisSentinel.start();
        redis = started;
        settings.add("spring.data.redis.sentinel.nodes", started::addresses);
    }

    @AfterAll
    static void stopRedis() {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void theDirectoryGoesOnWithTheNewMaster() throws Exception {
        String before = server.newIdentity();
        String after = server.newIdentity();
        try (TestWorker first = server.register(before)) {
            expectShown(before);

            Objects.requireNonNull(redis).failOver();
            try (TestWorker second = server.register(after)) {
                expectShown(before, after);
                assertThat(first.isOpen() && second.isOpen()).isTrue();
                assertThat(server.ask("/actuator/health/directory").status()).isEqualTo(200);
            }
        }
    }

    private void expectShown(String... identities) {
        ServerUnderTest.eventually(() ->
                assertThat(
                                server.read("/actuator/fleet")
                                        .path("workers")
                                        .valueStream()
                                        .map(worker -> worker.path("identity").asString()))
                        .containsExactlyInAnyOrder(identities));
    }
}
