package dev.frontdoor.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.RedisServer;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestAuthority;
import dev.frontdoor.test.server.TestCertificate;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A directory on a Redis that wants TLS, a client certificate, and a user of few rights. */
@OpenServerTest
@DirtiesContext
@TestPropertySource(
        properties = {
            "frontdoor.directory.enabled=true",
            "frontdoor.directory.renewal-interval=200ms",
            "spring.data.redis.ssl.bundle=redis"
        })
@EnabledIf(
        value = "dev.frontdoor.test.server.RedisServer#isInstalled",
        disabledReason = "redis-server is not on the PATH")
class SecuredDirectoryIntegrationTests {

    @TempDir private static Path directory;

    private static @Nullable RedisServer redis;

    private final ServerUnderTest server;

    SecuredDirectoryIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @DynamicPropertySource
    static void startRedis(DynamicPropertyRegistry settings) throws IOException {
        TestAuthority authority = TestAuthority.create("redis");
        TestCertificate ofRedis = authority.server();
        TestCertificate ofService = authority.issue(new TestAuthority.Request("CN=front-door"));
        int port = RedisServer.freePort();
        List<String> options = RedisServer.user("front-door", "redis-password");
        options.addAll(
                List.of(
                        "--tls-port",
                        Integer.toString(port),
                        "--tls-cert-file",
                        file("redis.crt", ofRedis.chainPem()),
                        "--tls-key-file",
                        file("redis.key", ofRedis.keyPem()),
                        "--tls-ca-cert-file",
                        file("ca.crt", authority.pem()),
                        "--tls-auth-clients",
                        "yes"));
        redis = RedisServer.start(options);
        settings.add(
                "spring.data.redis.url",
                () -> "rediss://front-door:redis-password@localhost:" + port);
        String bundle = "spring.ssl.bundle.pem.redis.";
        settings.add(bundle + "truststore.certificate", authority::pem);
        settings.add(bundle + "keystore.certificate", ofService::chainPem);
        settings.add(bundle + "keystore.private-key", ofService::keyPem);
    }

    @AfterAll
    static void stopRedis() {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void aUserOfTheDocumentedRightsDoesAllThatTheDirectoryNeeds() throws Exception {
        String identity = server.newIdentity();
        try (EventReader changes = EventReader.open(server, "?scope=fleet");
                TestWorker worker = server.register(identity)) {
            ServerUnderTest.eventually(() ->
                    assertThat(server.ask("/actuator/fleet?identity=" + identity).body())
                            .contains("\"matching\":1,"));
            assertThat(server.ask("/actuator/fleet?groupBy=identity").body()).contains(identity);
            assertThat(changes.next().type()).isEqualTo("opened");
            ServerUnderTest.eventually(() -> {
                worker.register(TestWorker.registration(server.newIdentity()));
                assertThat(clients()).contains("cmd=subscribe user=front-door");
            });
            // Those before may have been published to nobody.
            worker.register(TestWorker.registration(server.newIdentity()));
            assertThat(changes.next().data().path("worker").path("pid").asLong()).isPositive();
        }
        assertThat(server.ask("/actuator/health/directory").status()).isEqualTo(200);
    }

    private static String clients() {
        return Objects.requireNonNull(redis).command("CLIENT", "LIST");
    }

    private static String file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }
}
