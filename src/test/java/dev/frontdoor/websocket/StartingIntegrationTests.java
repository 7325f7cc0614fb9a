package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.UpgradeRefusedException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Workers that come before the service has started. */
class StartingIntegrationTests {

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    /** Tries to connect when the workers' port is bound and the management port is not. */
    static final class EarlyWorker implements SmartLifecycle {

        private final Environment environment;
        private final List<UpgradeRefusedException> refusals = new ArrayList<>();
        private boolean running;

        EarlyWorker(Environment environment) {
            this.environment = environment;
        }

        @Override
        public void start() {
            running = true;
            assertThat(environment.getProperty("local.management.port")).isNull();
            refusals.add(
                    catchThrowableOfType(
                            UpgradeRefusedException.class,
                            () -> TestWorker.to(uri(environment)).timeout(MAX_WAIT).connect()));
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
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1"})
    void upgradesAreRefusedUntilTheServiceHasStarted(String managementPort) throws Exception {
        try (ConfigurableApplicationContext context =
                new SpringApplicationBuilder(FrontDoorApplication.class, EarlyWorker.class)
                        .run(
                                "--server.port=0",
                                "--management.server.port=" + managementPort,
                                "--frontdoor.drain.window=0s",
                                "--frontdoor.drain.push-grace=0s")) {
            assertThat(context.getBean(EarlyWorker.class).refusals)
                    .singleElement()
                    .satisfies(refusal -> {
                        assertThat(refusal).as("the worker was let in").isNotNull();
                        assertThat(refusal.status()).isEqualTo(503);
                        assertThat(refusal.header("Retry-After")).containsExactly("1");
                        assertThat(refusal.body()).contains("starting");
                    });
            try (TestWorker worker =
                    TestWorker.to(uri(context.getEnvironment())).timeout(MAX_WAIT).connect()) {
                assertThat(worker.register(TestWorker.registration("worker-1")).accepted())
                        .isTrue();
            }
        }
    }

    private static URI uri(Environment environment) {
        return URI.create(
                "ws://localhost:%s/liminal"
                        .formatted(environment.getProperty("local.server.port")));
    }
}
