package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.UpgradeRefusedException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;

/** Workers that come before the service has started. */
class StartingIntegrationTests {

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    /** Tries to connect when the workers' port is bound and the management port is not. */
    private static final class EarlyWorker implements SmartLifecycle {

        private final Environment environment;
        private @Nullable UpgradeRefusedException refusal;
        private boolean running;

        EarlyWorker(Environment environment) {
            this.environment = environment;
        }

        @Override
        public void start() {
            running = true;
            assertThat(environment.getProperty("local.management.port")).isNull();
            refusal =
                    catchThrowableOfType(
                            UpgradeRefusedException.class,
                            () -> TestWorker.to(uri(environment)).timeout(MAX_WAIT).connect());
        }

        @Override
        public void stop() {
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        /** Behind the start of the workers' server, before that of the management server. */
        @Override
        public int getPhase() {
            return DEFAULT_PHASE - 1800;
        }

        void expectRefusal() {
            assertThat(refusal).as("the worker was let in").isNotNull();
            assertThat(refusal.status()).isEqualTo(503);
            assertThat(refusal.header("Retry-After")).containsExactly("1");
            assertThat(refusal.body()).contains("starting");
        }
    }

    private final StandardEnvironment environment = new StandardEnvironment();
    private final EarlyWorker early = new EarlyWorker(environment);

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1"})
    void upgradesAreRefusedUntilTheServiceHasStarted(String managementPort) throws Exception {
        try (ConfigurableApplicationContext _ = start(managementPort)) {
            early.expectRefusal();
            try (TestWorker worker = TestWorker.to(uri(environment)).timeout(MAX_WAIT).connect()) {
                assertThat(worker.register(TestWorker.registration("worker-1")).accepted())
                        .isTrue();
            }
        }
    }

    @Test
    void noWorkerIsLetInIfTheManagementPortIsOccupied() throws Exception {
        try (ServerSocket occupied = new ServerSocket(0)) {
            String port = Integer.toString(occupied.getLocalPort());

            assertThatThrownBy(() -> start(port))
                    .hasStackTraceContaining("Port %s is already in use".formatted(port));
            early.expectRefusal();
        }
    }

    private ConfigurableApplicationContext start(String managementPort) {
        return new SpringApplicationBuilder(FrontDoorApplication.class)
                .environment(environment)
                .initializers(
                        context -> context.getBeanFactory().registerSingleton("earlyWorker", early))
                .run(
                        "--server.port=0",
                        "--management.server.port=" + managementPort,
                        "--frontdoor.drain.window=0s",
                        "--frontdoor.drain.push-grace=0s");
    }

    private static URI uri(Environment environment) {
        return URI.create(
                "ws://localhost:%s/liminal"
                        .formatted(environment.getProperty("local.server.port")));
    }
}
