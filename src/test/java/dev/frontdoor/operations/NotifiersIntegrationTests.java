package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.Door;
import dev.frontdoor.test.server.House;
import dev.frontdoor.test.server.ScriptedNotifier;

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

/** Notifiers that are asked about some workers only, and what one that hangs does to others. */
@DoorWith({
    "frontdoor.notifiers.timeout=60s",
    "frontdoor.notifiers.beans.porter.match.namespaces=billing,billing-*",
    "frontdoor.notifiers.beans.steward.match.namespaces=shipping",
    "frontdoor.notifiers.beans.steward.match.task-queues=parcels-?",
    "frontdoor.notifiers.beans.hanging.match.namespaces=hung",
    "frontdoor.notifiers.beans.hanging.timeout=500ms",
    "frontdoor.notifiers.beans.hanging.max-concurrent-calls=4",
})
@Import(NotifiersIntegrationTests.Configuration.class)
class NotifiersIntegrationTests {

    private static final WorkerRegisterAck TIMED_OUT =
            WorkerRegisterAck.rejected("notifier 'hanging' timed out");
    private static final int PLACES = 4;

    private final Door door;
    private final ScriptedNotifier porter;
    private final ScriptedNotifier steward;
    private final Hanging hanging;

    NotifiersIntegrationTests(
            Door door,
            @Qualifier(House.PORTER) ScriptedNotifier porter,
            @Qualifier(House.STEWARD) ScriptedNotifier steward,
            Hanging hanging) {
        this.door = door;
        this.porter = porter;
        this.steward = steward;
        this.hanging = hanging;
    }

    /** Never returns while it hangs, and pays no heed to interrupts. */
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
        door.expectNobody();
    }

    @Test
    void eachSeesItsOwnWorkersOnly() throws Exception {
        String billing = door.newIdentity();
        String shipping = door.newIdentity();
        String both = door.newIdentity();
        try (TestWorker first = door.connect();
                TestWorker second = door.connect();
                TestWorker third = door.connect();
                TestWorker fourth = door.connect()) {
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
                                    Registrations.of(door.newIdentity())
                                            .namespaces("shipping")
                                            .taskQueue("parcels-10")
                                            .build()))
                    .isEqualTo(WorkerRegisterAck.rejected("no notifier takes such a worker"));
            assertThat(porter.held())
                    .containsExactlyInAnyOrder(porter.pidOf(billing), porter.pidOf(both));
            assertThat(steward.held())
                    .containsExactlyInAnyOrder(steward.pidOf(shipping), steward.pidOf(both));
        }
    }

    @Test
    void oneThatHangsHoldsUpItsOwnWorkersOnlyAndTheseForItsTimeLimit() throws Exception {
        hanging.hang();
        List<TestWorker> stuck = new ArrayList<>();
        for (int i = 0; i < 3 * PLACES; i++) {
            TestWorker worker = door.connect();
            stuck.add(worker);
            worker.send(new WorkerRegister(0, hung()));
        }
        stuck.forEach(worker -> worker.expect(TIMED_OUT));
        assertThat(hanging.inside()).isEqualTo(PLACES);

        AtomicInteger registered = new AtomicInteger();
        try (ExecutorService others = Executors.newFixedThreadPool(8);
                TestWorker late = door.connect()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                all.add(
                        others.submit(() -> {
                            try (TestWorker worker = door.connect()) {
                                expectAccepted(
                                        worker,
                                        Registrations.of(door.newIdentity()).namespaces("billing"));
                                registered.incrementAndGet();
                            }
                            return null;
                        }));
            }
            assertThat(late.register(hung())).isEqualTo(TIMED_OUT);
            for (Future<?> other : all) {
                assertThat(other).succeedsWithin(Door.PATIENCE.multipliedBy(3));
            }
        }
        assertThat(registered).hasValue(1_000);
        assertThat(hanging.inside()).isEqualTo(PLACES);

        JsonNode component = health();
        assertThat(component.path("status").asString()).isEqualTo("DOWN");
        assertThat(component.path("details").path("hanging").path("error").asString())
                .isEqualTo("timeout");
        assertThat(component.path("details").has("porter")).isFalse();
        for (String group : List.of("readiness", "liveness")) {
            assertThat(door.read("/actuator/health/" + group).toString())
                    .contains("\"status\":\"UP\"")
                    .doesNotContain("notifiers");
        }

        hanging.goOn();
        try (TestWorker worker = door.connect()) {
            Door.soon(() ->
                    assertThat(worker.register(hung())).isEqualTo(WorkerRegisterAck.ACCEPTED));
        }
        assertThat(health().path("status").asString()).isEqualTo("UP");
        stuck.forEach(TestWorker::close);
    }

    @Test
    void rejectionIsNoFailure() throws Exception {
        String identity = door.newIdentity();
        porter.about(
                identity,
                (_, _) -> {
                    throw new RegistrationRejectedException("no");
                });
        try (TestWorker worker = door.connect()) {
            worker.register(Registrations.of(identity).namespaces("billing").build());
            assertThat(health().path("details").has("porter")).isFalse();
        }
    }

    private WorkerRegistration hung() {
        return Registrations.of(door.newIdentity()).namespaces("hung").build();
    }

    private JsonNode health() throws IOException {
        return JsonMapper.shared()
                .readTree(door.ask("/actuator/health").body())
                .path("components")
                .path("notifiers");
    }

    private static void expectAccepted(TestWorker worker, Registrations registration) {
        assertThat(worker.register(registration.build())).isEqualTo(WorkerRegisterAck.ACCEPTED);
    }
}
