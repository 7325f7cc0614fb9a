package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.Authenticator;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** Operators see that an authenticator hangs or fails. */
@FrontDoorTest({
    "frontdoor.auth.timeout=200ms",
    "frontdoor.auth.max-concurrent-checks=2",
    "frontdoor.limits.connect-timeout=60s"
})
@Import(AuthenticationHealthIntegrationTests.Application.class)
class AuthenticationHealthIntegrationTests {

    private final ServerUnderTest server;
    private final CountDownLatch released;

    AuthenticationHealthIntegrationTests(ServerUnderTest server, CountDownLatch released) {
        this.server = server;
        this.released = released;
    }

    @Test
    void authenticatorThatHangsShowsInItsHealthAndInNoProbe() throws Exception {
        assertThat(health().required("status").stringValue()).isEqualTo("UP");
        try (TestWorker one = server.connect();
                TestWorker other = server.connect()) {
            for (TestWorker worker : new TestWorker[] {one, other}) {
                worker.send(connect());
                worker.expectClose(1011);
            }
            JsonNode health = health();
            assertThat(health.required("status").stringValue()).isEqualTo("DOWN");
            assertThat(health.required("details").required("reason").stringValue())
                    .isEqualTo("checks that exceeded their timeout occupy all 2 threads");
            assertThat(health.required("details").required("error").stringValue())
                    .isEqualTo("no return within PT0.2S");
            assertThat(health.required("details").has("at")).isTrue();
            server.expectSum(2, "frontdoor.authentication.checks", "state", "overdue");
            assertThat(server.ask("/actuator/health/liveness").status()).isEqualTo(200);
            assertThat(server.ask("/actuator/health/readiness").status()).isEqualTo(200);
        } finally {
            released.countDown();
        }
        ServerUnderTest.eventually(
                () -> assertThat(health().required("status").stringValue()).isEqualTo("UP"));
        server.expectSum(0, "frontdoor.authentication.checks");
        server.expectNobody();
    }

    private JsonNode health() throws Exception {
        return JsonMapper.shared()
                .readTree(server.ask("/actuator/health").body())
                .required("components")
                .required("authentication");
    }

    private static Connect connect() {
        return new Connect(
                0,
                ProtocolVersion.V1_0,
                ProtocolVersion.V1_3,
                Bytes.copyOf("token".getBytes(StandardCharsets.UTF_8)));
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Application {

        @Bean
        CountDownLatch released() {
            return new CountDownLatch(1);
        }

        /** Ignores interrupts. */
        @Bean
        Authenticator authenticator(CountDownLatch released) {
            return _ -> {
                boolean waits = true;
                while (waits) {
                    try {
                        released.await();
                        waits = false;
                    } catch (InterruptedException _) {
                        // Code that does not end when it is interrupted.
                    }
                }
                return new Principal("late");
            };
        }
    }
}
