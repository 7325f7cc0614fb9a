package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

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
@FrontDoorTest({
    "frontdoor.notifiers.max-failures-in-a-row=1000",
    "frontdoor.notifiers.beans.first.match.namespaces=billing",
    "frontdoor.notifiers.beans.spinning.match.namespaces=spun",
    "frontdoor.notifiers.beans.spinning.timeout=2s",
})
@Import(CpuBoundNotifierIntegrationTests.Configuration.class)
class CpuBoundNotifierIntegrationTests {

    private static final int PERMITS = 64;
    private static final int OTHERS = 20;

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;
    private final Spinning spinning;

    CpuBoundNotifierIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier,
            Spinning spinning) {
        this.server = server;
        this.firstNotifier = firstNotifier;
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
        server.expectNobody();
    }

    @Test
    void othersRegisterAndLeaveWhileAllItsPermitsBurnTheProcessors() throws Exception {
        List<TestWorker> stuck = new ArrayList<>();
        for (int i = 0; i < PERMITS; i++) {
            TestWorker worker = server.connect();
            stuck.add(worker);
            worker.send(new WorkerRegister(0, registration("spun")));
        }
        ServerUnderTest.eventually(() -> assertThat(spinning.inside).hasPositiveValue());

        for (int i = 0; i < OTHERS; i++) {
            try (TestWorker worker = server.connect()) {
                assertThat(worker.register(registration("billing")))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                assertThat(firstNotifier.held()).isNotEmpty();
            }
        }
        ServerUnderTest.eventually(() -> assertThat(firstNotifier.held()).isEmpty());
        assertThat(spinning.inside).hasPositiveValue();

        WorkerRegisterAck timedOut = WorkerRegisterAck.rejected("notifier 'spinning' timed out");
        stuck.forEach(worker -> worker.expect(timedOut));
        spinning.stopped = true;
        stuck.forEach(TestWorker::close);
    }

    private WorkerRegistration registration(String namespace) {
        return Registrations.of(server.newIdentity()).namespaces(namespace).build();
    }
}
