package dev.frontdoor.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.DrainNotice;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.WorkerRegistration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What authors test with the kit: a notifier that follows its workers and a drain. */
class FrontDoorExtensionIntegrationTests {

    @RegisterExtension
    static final FrontDoorExtension frontDoor =
            FrontDoorExtension.with(Configuration.class)
                    .property("frontdoor.notifiers.timeout", "30s")
                    .property("frontdoor.registrations.decision-timeout", "60s");

    @Test
    void notifierGreetsItsWorkersAndLearnsOfADrainBeforeTheyAreClosed() throws Exception {
        Greeter greeter = frontDoor.bean(Greeter.class);
        try (TestWorker worker = frontDoor.worker()) {
            assertThat(worker.register(TestWorker.registration("worker-1")).accepted()).isTrue();
            Push greeting = worker.expect(Push.class);
            assertThat(greeting.payload().toByteArray()).isEqualTo(Greeter.GREETING);
            worker.send(TestWorker.reply(greeting, new byte[0]));

            frontDoor.drain();

            worker.expectClose(1012);
            assertThat(greeter.notices).hasSize(1);
            assertThat(greeter.notices.getFirst().all()).isTrue();
            assertThat(greeter.notices.getFirst().pids()).hasSize(1);
        }
        frontDoor.cancelDrain();
        try (TestWorker worker = frontDoor.worker()) {
            assertThat(worker.register(TestWorker.registration("worker-2")).accepted()).isTrue();
            worker.expect(Push.class);
        }
    }

    @Test
    void evictedWorkersAreClosedAfterTheirNotice() throws Exception {
        Greeter greeter = frontDoor.bean(Greeter.class);
        greeter.notices.clear();
        try (TestWorker evicted = frontDoor.worker();
                TestWorker other = frontDoor.worker()) {
            assertThat(evicted.register(TestWorker.registration("evicted")).accepted()).isTrue();
            assertThat(other.register(TestWorker.registration("other")).accepted()).isTrue();

            frontDoor.evict(WorkerFilter.identity("evicted"));

            evicted.expectClose(1012);
            assertThat(greeter.notices).hasSize(1);
            assertThat(greeter.notices.getFirst().all()).isFalse();
            other.expect(Push.class);
            other.expectNothing();
        }
    }

    @Test
    void bannedIdentityIsRejectedUntilItsBanEnds() throws Exception {
        try (TestWorker worker = frontDoor.worker()) {
            frontDoor.ban("banned");
            assertThat(worker.register(TestWorker.registration("banned")).rejection())
                    .startsWith("the identity is banned (banned by the test) until ");
            frontDoor.unban("banned");
            assertThat(worker.register(TestWorker.registration("banned")).accepted()).isTrue();
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Configuration {

        @Bean
        Greeter greeter(Workers workers) {
            return new Greeter(workers);
        }
    }

    /** Sends a greeting to each worker that was admitted. */
    static final class Greeter implements ConnectionNotifier {

        static final byte[] GREETING = "hello".getBytes(StandardCharsets.UTF_8);

        final List<DrainNotice> notices = new CopyOnWriteArrayList<>();
        private final Workers workers;

        Greeter(Workers workers) {
            this.workers = workers;
        }

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {}

        @Override
        public void onWorkerAdmitted(long pid) {
            workers.send(pid, GREETING);
        }

        @Override
        public void onWorkerUnregistered(long pid) {}

        @Override
        public void onDrain(DrainNotice notice) {
            notices.add(notice);
        }
    }
}
