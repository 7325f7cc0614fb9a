package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.EventReader.ServerSentEvent;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.RedisServer;
import dev.frontdoor.test.server.ServerUnderTest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** The endpoint of the fleet, on a real Redis. */
@OpenServerTest
@DirtiesContext
@TestPropertySource(
        properties = {
            "frontdoor.directory.enabled=true",
            "frontdoor.directory.renewal-interval=500ms",
            "frontdoor.directory.indexed-labels=zone"
        })
@EnabledIf(
        value = "dev.frontdoor.test.server.RedisServer#isInstalled",
        disabledReason = "redis-server is not on the PATH")
class FleetIntegrationTests {

    private static final String COUNT_A_CHANGE =
            """
            for _, facts in ipairs(redis.call('KEYS', 'frontdoor:1:*:m')) do
              redis.call('HINCRBY', facts, 'changes', 1)
            end
            """;

    private static @Nullable RedisServer redis;

    private final ServerUnderTest server;
    private final OpenApi openApi = new OpenApi();

    FleetIntegrationTests(ServerUnderTest server) throws Exception {
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

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void rowsAreThoseOfTheTable() throws Exception {
        try (TestWorker labeled = server.worker().label("zone", "eu").connect();
                TestWorker other = server.register(server.newIdentity())) {
            labeled.register(TestWorker.registration("labeled"));
            ServerUnderTest.eventually(() ->
                    assertThat(server.read("/actuator/fleet").path("matching").asLong())
                            .isEqualTo(2));

            String answer = server.ask("/actuator/fleet?label=zone:eu").body();
            openApi.expectDocumented("GET", "fleet", 200, answer);
            JsonNode page = JsonMapper.shared().readTree(answer);
            assertThat(page.path("workers").size()).isEqualTo(1);
            assertThat(page.path("workers").path(0).path("identity").asString())
                    .isEqualTo("labeled");
            String groups = server.ask("/actuator/fleet?groupBy=label:zone").body();
            openApi.expectDocumented("GET", "fleet", 200, groups);
            assertThat(groups).contains("{\"value\":\"eu\",\"count\":1}");
            assertThat(other).isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nod=x, 'it has: activityType, before, groupBy, identity, label, limit, namespace, node, taskQueue'",
        "groupBy=userAgent, 'activityType, identity, namespace, node, taskQueue, label:zone'",
        "label=host:a, 'activityType, identity, namespace, node, taskQueue, label:zone'",
        "before=x, 'before must be next of the previous page'",
        "limit=0, 'limit must be a whole number from 1 to 1000'"
    })
    void whatIsNotAllowedIsNamed(String query, String message) throws Exception {
        var answer = server.ask("/actuator/fleet?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains(message);
    }

    @Test
    void changesAreStreamed() throws Exception {
        try (EventReader reader = EventReader.open(server, "?scope=fleet")) {
            assertThat(reader.next().type()).isEqualTo("opened");
            // The subscription begins with the next look at the other instances.
            AtomicBoolean came = new AtomicBoolean();
            Thread workers =
                    Thread.ofVirtual()
                            .start(() -> {
                                while (!came.get()) {
                                    comeAndGo();
                                }
                            });
            ServerSentEvent event = reader.next();
            came.set(true);
            workers.join();
            JsonNode body = event.data();
            assertThat(event.type()).isIn("registered", "departed");
            assertThat(body.path("sequence").asLong()).isPositive();
            assertThat(body.path("worker").path("instance").asString())
                    .isEqualTo(body.path("instance").asString());
        }
    }

    @Test
    void theStreamEndsWithALaggedEventOnceAChangeIsMissing() throws Exception {
        try (EventReader reader = EventReader.open(server, "?scope=fleet");
                TestWorker worker = server.register(server.newIdentity())) {
            AtomicBoolean ended = new AtomicBoolean();
            Thread changes =
                    Thread.ofVirtual()
                            .start(() -> {
                                while (!ended.get()) {
                                    comeAndGo();
                                }
                            });
            try {
                assertThat(reader.next().type()).isEqualTo("opened");
                assertThat(reader.next().data().path("sequence").asLong()).isPositive();
                // Redis has counted a change, of which the message is lost.
                Objects.requireNonNull(redis).command("EVAL", COUNT_A_CHANGE, "0");

                assertThat(reader.next("lagged").data().path("reason").asString())
                        .contains("changes of instance");
                reader.expectEnd();
            } finally {
                ended.set(true);
                changes.join();
            }
            assertThat(worker.isOpen()).isTrue();
        }
    }

    private void comeAndGo() {
        try (TestWorker worker = server.register(server.newIdentity())) {
            assertThat(worker).isNotNull();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
