package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.LocalIssuer;
import dev.frontdoor.test.server.ServerUnderTest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A service that starts before its issuer gives it keys. */
class JwtStartIntegrationTests {

    @Nested
    @BothTransports
    @FrontDoorTest({
        "frontdoor.auth.jwt.audiences=front-door",
        "frontdoor.auth.jwt.startup-timeout=100ms",
        "frontdoor.auth.jwt.refresh-interval=100ms",
        "frontdoor.auth.tokens.fixed=named-token"
    })
    class WithAnIssuerThatIsDown {

        private static final LocalIssuer ISSUER = LocalIssuer.start();

        private final ServerUnderTest server;
        private final JwtWorkers jwt;

        WithAnIssuerThatIsDown(ServerUnderTest server) {
            this.server = server;
            this.jwt = new JwtWorkers(server);
        }

        @DynamicPropertySource
        static void issuer(DynamicPropertyRegistry settings) {
            ISSUER.goDown();
            settings.add("frontdoor.auth.jwt.issuer", ISSUER::url);
        }

        @AfterEach
        void nobodyIsLeft() {
            server.expectNobody();
        }

        @AfterAll
        static void stop() {
            ISSUER.close();
        }

        @Test
        void tokensCannotBeCheckedUntilThereAreKeysAndReadinessNeverGoesBack() throws Exception {
            // The second run finds keys from the first on.
            if (jwtHealth().at("/details/keys").asInt() == 0) {
                ServerUnderTest.eventually(() ->
                        assertThat(jwtHealth().at("/details/lastFailure").isMissingNode())
                                .isFalse());
                assertThat(jwtHealth().at("/status").asString()).isEqualTo("DOWN");
                assertThat(jwtHealth().at("/details/reason").asString())
                        .isEqualTo("the issuer has not given any keys yet");
                jwt.expectUnavailable(ISSUER.token().sign());
                jwt.connect("named-token").close();
            }
            expectReady();

            ISSUER.comeBack();
            ServerUnderTest.eventually(() -> jwt.connect(ISSUER.token().sign()).close());
            expectReady();
            try (TestWorker worker = jwt.connect(ISSUER.token().sign())) {
                ISSUER.goDown();
                ServerUnderTest.eventually(() ->
                        assertThat(jwtHealth().at("/details/lastFailure").isMissingNode())
                                .isFalse());
                assertThat(jwtHealth().at("/status").asString()).isEqualTo("UP");
                expectReady();
                jwt.connect(ISSUER.token().sign()).close();
                worker.expectNothing();
            }
        }

        /** The health as a whole may be DOWN. */
        private JsonNode jwtHealth() throws Exception {
            return JsonMapper.shared()
                    .readTree(server.ask("/actuator/health").body())
                    .at("/components/jwt");
        }

        private void expectReady() throws Exception {
            assertThat(server.ask("/actuator/health/readiness").status()).isEqualTo(200);
        }
    }

    @Nested
    class WithAnIssuerThatHangs {

        private final StandardEnvironment environment = new StandardEnvironment();

        @Test
        void serviceIsReadyOnceItHasTheFirstKeys() throws Exception {
            try (LocalIssuer issuer = LocalIssuer.start();
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                issuer.hang();
                CompletableFuture<ConfigurableApplicationContext> started =
                        CompletableFuture.supplyAsync(() -> start(issuer), threads);
                try {
                    ServerUnderTest.eventually(() -> assertThat(status("liveness")).isEqualTo(200));
                    assertThat(status("readiness")).isEqualTo(503);
                    issuer.recover();
                    ServerUnderTest.eventually(
                            () -> assertThat(status("readiness")).isEqualTo(200));
                } finally {
                    issuer.recover();
                    started.get(60, TimeUnit.SECONDS).close();
                }
            }
        }

        private ConfigurableApplicationContext start(LocalIssuer issuer) {
            return new SpringApplicationBuilder(FrontDoorApplication.class)
                    .environment(environment)
                    .run(
                            "--server.port=0",
                            "--management.server.port=0",
                            "--frontdoor.auth.jwt.issuer=" + issuer.url(),
                            "--frontdoor.auth.jwt.audiences=front-door",
                            "--frontdoor.auth.jwt.fetch-timeout=60s",
                            "--frontdoor.drain.window=0s",
                            "--frontdoor.drain.push-grace=0s");
        }

        private int status(String group) throws Exception {
            @Nullable Integer port =
                    environment.getProperty("local.management.port", Integer.class);
            assertThat(port).isNotNull();
            try (HttpSocket socket = HttpSocket.connect(Objects.requireNonNull(port))) {
                return socket.send(
                                "GET /actuator/health/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                        .formatted(group))
                        .answer()
                        .status();
            }
        }
    }
}
