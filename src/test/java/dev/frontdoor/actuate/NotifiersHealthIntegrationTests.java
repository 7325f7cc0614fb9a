package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;

/** What operators see of a notifier that fails, is stuck or is suspended. */
@OpenServerTest
@TestPropertySource(
        properties = {
            "frontdoor.notifiers.probe-interval=1h",
            "frontdoor.notifiers.beans.second.timeout=500ms",
            "frontdoor.notifiers.beans.second.max-concurrent-calls=2",
            "frontdoor.notifiers.beans.broken.match.namespaces=broken"
        })
@Import(NotifiersHealthIntegrationTests.Configuration.class)
@DirtiesContext
class NotifiersHealthIntegrationTests {

    private static final int MAX_FAILURES_IN_A_ROW = 20;

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;
    private final ScriptedNotifier secondNotifier;

    NotifiersHealthIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier,
            @Qualifier(TestApplication.SECOND) ScriptedNotifier secondNotifier) {
        this.server = server;
        this.firstNotifier = firstNotifier;
        this.secondNotifier = secondNotifier;
    }

    /** Fails with every registration. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Configuration {

        @Bean
        ConnectionNotifier broken() {
            return new ConnectionNotifier() {
                @Override
                public void onWorkerRegistered(long pid, WorkerRegistration registration) {
                    throw new IllegalStateException("scripted");
                }

                @Override
                public void onWorkerUnregistered(long pid) {}
            };
        }
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void outageShowsSoonAfterTheLastSuccess() throws Exception {
        server.register(server.newIdentity()).close();
        for (int i = 0; i < 5; i++) {
            String failing = server.newIdentity();
            firstNotifier.about(
                    failing,
                    (_, _) -> {
                        throw new IllegalStateException("scripted");
                    });
            server.register(failing).close();
        }

        JsonNode details = detailsOfFailing(TestApplication.FIRST);
        assertThat(details.required("reason").stringValue()).isEqualTo("all recent calls failed");
        assertThat(details.required("error").stringValue())
                .isEqualTo(IllegalStateException.class.getName());
        expectProbesToSucceed();

        server.register(server.newIdentity()).close();
        expectHealthy(TestApplication.FIRST);
    }

    @Test
    void rejectionsAreNoFailures() throws Exception {
        for (int i = 0; i < 5; i++) {
            String rejected = server.newIdentity();
            firstNotifier.about(
                    rejected,
                    (_, _) -> {
                        throw new RegistrationRejectedException("no");
                    });
            server.register(rejected).close();
        }

        expectHealthy(TestApplication.FIRST);
    }

    @Test
    void notifierWhoseCallsAllHangShowsInItsHealthAndInNoProbe() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        try (TestWorker one = server.connect();
                TestWorker other = server.connect()) {
            for (TestWorker worker : new TestWorker[] {one, other}) {
                String hanging = server.newIdentity();
                secondNotifier.about(hanging, (_, _) -> stay(released));
                worker.send(new WorkerRegister(0, Registrations.of(hanging).build()));
            }
            WorkerRegisterAck timedOut = WorkerRegisterAck.rejected("notifier 'second' timed out");
            one.expect(timedOut);
            other.expect(timedOut);

            JsonNode details = detailsOfFailing(TestApplication.SECOND);
            assertThat(details.required("reason").stringValue())
                    .isEqualTo("calls that exceeded their timeout occupy all 2 permits");
            assertThat(details.required("error").stringValue())
                    .isEqualTo("no return within PT0.5S");
            JsonNode second = notifier(TestApplication.SECOND);
            assertThat(second.required("overdue").intValue()).isEqualTo(2);
            assertThat(second.required("suspended").booleanValue()).isFalse();
            assertThat(second.required("nextProbe").isNull()).isTrue();
            expectProbesToSucceed();
        } finally {
            released.countDown();
        }

        ServerUnderTest.eventually(() -> {
            assertThat(notifier(TestApplication.SECOND).required("overdue").intValue()).isZero();
            expectHealthy(TestApplication.SECOND);
        });
    }

    @Test
    void suspendedNotifierShowsWhenItIsCalledAgain() throws Exception {
        Instant before = Instant.now();
        for (int i = 0; i < MAX_FAILURES_IN_A_ROW; i++) {
            try (TestWorker worker = server.connect()) {
                worker.register(
                        Registrations.of(server.newIdentity()).namespaces("broken").build());
            }
        }

        JsonNode details = detailsOfFailing("broken");
        assertThat(details.required("reason").stringValue())
                .isEqualTo("it is suspended after repeated failures");
        JsonNode broken = notifier("broken");
        assertThat(broken.required("suspended").booleanValue()).isTrue();
        assertThat(Instant.parse(broken.required("nextProbe").stringValue()))
                .isBetween(
                        before.plus(Duration.ofMinutes(59)),
                        Instant.now().plus(Duration.ofHours(1)));
        assertThat(broken.required("latencies").required("registered").required("calls").intValue())
                .isEqualTo(MAX_FAILURES_IN_A_ROW);
        expectProbesToSucceed();
    }

    /** Waits for the latch, whatever interrupts it. */
    private static void stay(CountDownLatch released) {
        while (released.getCount() > 0) {
            ServerUnderTest.awaitLatch(released);
            boolean _ = Thread.interrupted();
        }
    }

    private JsonNode detailsOfFailing(String notifier) throws Exception {
        JsonNode health = health();
        assertThat(health.required("status").stringValue()).isEqualTo("DOWN");
        assertThat(health.path("details").propertyNames()).contains(notifier);
        return health.required("details").required(notifier);
    }

    private void expectHealthy(String notifier) throws Exception {
        assertThat(health().path("details").has(notifier)).isFalse();
    }

    private void expectProbesToSucceed() throws Exception {
        assertThat(server.ask("/actuator/health/liveness").status()).isEqualTo(200);
        assertThat(server.ask("/actuator/health/readiness").status()).isEqualTo(200);
    }

    private JsonNode health() throws Exception {
        return JsonMapper.shared()
                .readTree(server.ask("/actuator/health").body())
                .required("components")
                .required("notifiers");
    }

    private JsonNode notifier(String name) throws Exception {
        JsonNode notifiers = server.read("/actuator/notifiers").required("notifiers");
        return StreamSupport.stream(notifiers.spliterator(), false)
                .filter(notifier -> notifier.required("name").stringValue().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
