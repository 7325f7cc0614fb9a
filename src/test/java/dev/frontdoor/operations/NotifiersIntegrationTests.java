package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Notifiers with a filter, and the effect of a hanging notifier on others. */
@FrontDoorTest({
    "frontdoor.notifiers.timeout=60s",
    "frontdoor.notifiers.beans.first.match.namespaces=billing,billing-*",
    "frontdoor.notifiers.beans.second.match.namespaces=shipping",
    "frontdoor.notifiers.beans.second.match.task-queues=parcels-?",
    "frontdoor.notifiers.beans.hanging.match.namespaces=hung",
    "frontdoor.notifiers.beans.hanging.timeout=500ms",
    "frontdoor.notifiers.beans.hanging.max-concurrent-calls=4",
})
@Import(NotifiersIntegrationTests.Configuration.class)
@BothTransports
class NotifiersIntegrationTests {

    private static final WorkerRegisterAck TIMED_OUT =
            WorkerRegisterAck.rejected("notifier 'hanging' timed out");
    private static final int PLACES = 4;

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;
    private final ScriptedNotifier secondNotifier;
    private final Hanging hanging;

    NotifiersIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier,
            @Qualifier(TestApplication.SECOND) ScriptedNotifier secondNotifier,
            Hanging hanging) {
        this.server = server;
        this.firstNotifier = firstNotifier;
        this.secondNotifier = secondNotifier;
        this.hanging = hanging;
    }

    /** Does not return while it hangs, and ignores interrupts. */
    static final class Hanging implements ConnectionNotifier {

        private final AtomicInteger inside = new AtomicInteger();
        private volatile CountDownLatch hanging = new CountDownLatch(0);

        void hang() {
            hanging = new CountDownLatch(1);
        }

        void goOn() {
            hanging.countDown();
        }

        int inside() {
            return inside.get();
        }

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            inside.incrementAndGet();
            boolean interrupted = false;
            while (hanging.getCount() > 0) {
                try {
                    hanging.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            inside.decrementAndGet();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void onWorkerUnregistered(long pid) {}
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Configuration {

        @Bean
        Hanging hanging() {
            return new Hanging();
        }
    }

    @AfterEach
    void nobodyIsLeft() {
        hanging.goOn();
        server.expectNobody();
    }

    @Test
    void eachSeesItsOwnWorkersOnly() throws Exception {
        String billing = server.newIdentity();
        String shipping = server.newIdentity();
        String both = server.newIdentity();
        try (TestWorker first = server.connect();
                TestWorker second = server.connect();
                TestWorker third = server.connect();
                TestWorker fourth = server.connect()) {
            expectAccepted(first, Registrations.of(billing).namespaces("billing-eu"));
            expectAccepted(
                    second,
                    Registrations.of(shipping).namespaces("shipping").taskQueue("parcels-1"));
            expectAccepted(
                    third,
                    Registrations.of(both)
                            .namespaces("shipping", "billing")
                            .taskQueue("parcels-2"));
            assertThat(
                            fourth.register(
                                    Registrations.of(server.newIdentity())
                                            .namespaces("shipping")
                                            .taskQueue("parcels-10")
                                            .build()))
                    .isEqualTo(WorkerRegisterAck.rejected("no notifier takes such a worker"));
            assertThat(firstNotifier.held())
                    .containsExactlyInAnyOrder(
                            firstNotifier.pidOf(billing), firstNotifier.pidOf(both));
            assertThat(secondNotifier.held())
                    .containsExactlyInAnyOrder(
                            secondNotifier.pidOf(shipping), secondNotifier.pidOf(both));
        }
    }

    @Test
    void oneThatHangsHoldsUpItsOwnWorkersOnlyAndTheseForItsTimeLimit() throws Exception {
        hanging.hang();
        List<TestWorker> stuck = new ArrayList<>();
        for (int i = 0; i < 3 * PLACES; i++) {
            TestWorker worker = server.connect();
            stuck.add(worker);
            worker.send(new WorkerRegister(0, hung()));
        }
        stuck.forEach(worker -> worker.expect(TIMED_OUT));
        assertThat(hanging.inside()).isEqualTo(PLACES);

        AtomicInteger registered = new AtomicInteger();
        try (ExecutorService others = Executors.newFixedThreadPool(8);
                TestWorker late = server.connect()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                all.add(
                        others.submit(() -> {
                            try (TestWorker worker = server.connect()) {
                                expectAccepted(
                                        worker,
                                        Registrations.of(server.newIdentity())
                                                .namespaces("billing"));
                                registered.incrementAndGet();
                            }
                            return null;
                        }));
            }
            assertThat(late.register(hung())).isEqualTo(TIMED_OUT);
            for (Future<?> other : all) {
                assertThat(other).succeedsWithin(ServerUnderTest.MAX_WAIT.multipliedBy(3));
            }
        }
        assertThat(registered).hasValue(1_000);
        assertThat(hanging.inside()).isEqualTo(PLACES);

        JsonNode component = health();
        assertThat(component.path("status").asString()).isEqualTo("DOWN");
        assertThat(component.path("details").path("hanging").path("error").asString())
                .isEqualTo("no return within PT0.5S");
        assertThat(component.path("details").has("first")).isFalse();
        for (String group : List.of("readiness", "liveness")) {
            assertThat(server.read("/actuator/health/" + group).toString())
                    .contains("\"status\":\"UP\"")
                    .doesNotContain("notifiers");
        }

        hanging.goOn();
        try (TestWorker worker = server.connect()) {
            ServerUnderTest.eventually(() ->
                    assertThat(worker.register(hung())).isEqualTo(WorkerRegisterAck.ACCEPTED));
        }
        assertThat(health().path("status").asString()).isEqualTo("UP");
        stuck.forEach(TestWorker::close);
    }

    @Test
    void rejectionIsNoFailure() throws Exception {
        String identity = server.newIdentity();
        firstNotifier.about(
                identity,
                (_, _) -> {
                    throw new RegistrationRejectedException("no");
                });
        try (TestWorker worker = server.connect()) {
            worker.register(Registrations.of(identity).namespaces("billing").build());
            assertThat(health().path("details").has("first")).isFalse();
        }
    }

    private WorkerRegistration hung() {
        return Registrations.of(server.newIdentity()).namespaces("hung").build();
    }

    private JsonNode health() throws IOException {
        return JsonMapper.shared()
                .readTree(server.ask("/actuator/health").body())
                .path("components")
                .path("notifiers");
    }

    private static void expectAccepted(TestWorker worker, Registrations registration) {
        assertThat(worker.register(registration.build())).isEqualTo(WorkerRegisterAck.ACCEPTED);
    }
}
