package dev.frontdoor.actuate.access;

import static dev.frontdoor.actuate.access.OperatorRequest.bearer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.RedisServer;
import dev.frontdoor.test.server.SecretDirectory;
import dev.frontdoor.test.server.ServerUnderTest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** Who may read the stream of the fleet, and for how long. */
@OpenServerTest
@EnabledIf(
        value = "dev.frontdoor.test.server.RedisServer#isInstalled",
        disabledReason = "redis-server is not on the PATH")
@TestPropertySource(
        properties = {
            "frontdoor.directory.enabled=true",
            "frontdoor.management.auth.token-file-interval=20ms"
        })
class FleetStreamAccessIntegrationTests {

    private static final SecretDirectory VIEW =
            SecretDirectory.create().put("leaving", "l-1").put("staying", "s-1");

    private static @Nullable RedisServer redis;

    private final ServerUnderTest server;

    FleetStreamAccessIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry settings) {
        RedisServer started = RedisServer.start();
        redis = started;
        settings.add("spring.data.redis.port", started::port);
        settings.add("frontdoor.management.auth.view.token-files", VIEW::path);
    }

    @AfterAll
    static void stopRedis() {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void streamEndsWhenItsTokenIsRemovedAndSaysWhy() throws Exception {
        try (EventReader leaving = open("l-1")) {
            assertThat(leaving.next().type()).isEqualTo("opened");

            VIEW.remove("leaving");

            assertThat(leaving.next("unauthorized").data().required("reason").stringValue())
                    .isEqualTo("the token was revoked");
            leaving.expectEnd();
        }
    }

    private EventReader open(String token) throws Exception {
        return EventReader.on(server.operators(), "/actuator/events?scope=fleet", bearer(token));
    }
}
