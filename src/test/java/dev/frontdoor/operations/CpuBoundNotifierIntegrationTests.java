package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionNotifier;
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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A notifier whose calls all compute without end, and the workers that do not need it. */
@DoorWith({
    "frontdoor.notifiers.max-failures-in-a-row=1000",
    "frontdoor.notifiers.beans.porter.match.namespaces=billing",
    "frontdoor.notifiers.beans.spinning.match.namespaces=spun",
    "frontdoor.notifiers.beans.spinning.timeout=2s",
})
@Import(CpuBoundNotifierIntegrationTests.Configuration.class)
class CpuBoundNotifierIntegrationTests {

    private static final int PERMITS = 64;
    private static final int OTHERS = 20;

    private final Door door;
    private final ScriptedNotifier porter;
    private final Spinning spinning;

    CpuBoundNotifierIntegrationTests(
            Door door, @Qualifier(House.PORTER) ScriptedNotifier porter, Spinning spinning) {
        this.door = door;
        this.porter = porter;
        this.spinning = spinning;
    }

    /** Burns its processor and notices no interrupt, until it is stopped. */
    static final class Spinning implements ConnectionNotifier {

        private final AtomicInteger inside = new AtomicInteger();
        private volatile boolean stopped;

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            inside.incrementAndGet();
            while (!stopped) {
                Thread.onSpinWait();
            }
            inside.decrementAndGet();
        }

        @Override
        public void onWorkerUnregistered(long pid) {}
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Configuration {

        @Bean
        Spinning spinning() {
            return new Spinning();
        }
    }

    @AfterEach
    void nobodyIsLeft() {
        spinning.stopped = true;
        door.expectNobody();
    }

    @Test
    void othersRegisterAndLeaveWhileAllItsPermitsBurnTheProcessors() throws Exception {
        List<TestWorker> stuck = new ArrayList<>();
        for (int i = 0; i < PERMITS; i++) {
            TestWorker worker = door.connect();
            stuck.add(worker);
            worker.send(new WorkerRegister(0, registration("spun")));
        }
        Door.soon(() -> assertThat(spinning.inside).hasPositiveValue());

        for (int i = 0; i < OTHERS; i++) {
            try (TestWorker worker = door.connect()) {
                assertThat(worker.register(registration("billing")))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                assertThat(porter.held()).isNotEmpty();
            }
        }
        Door.soon(() -> assertThat(porter.held()).isEmpty());
        assertThat(spinning.inside).hasPositiveValue();

        WorkerRegisterAck timedOut = WorkerRegisterAck.rejected("notifier 'spinning' timed out");
        stuck.forEach(worker -> worker.expect(timedOut));
        spinning.stopped = true;
        stuck.forEach(TestWorker::close);
    }

    private WorkerRegistration registration(String namespace) {
        return Registrations.of(door.newIdentity()).namespaces(namespace).build();
    }
}
