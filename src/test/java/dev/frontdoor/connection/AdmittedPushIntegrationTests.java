package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Pushes that notifiers make as soon as they may: none precedes the ack, and none is lost. */
@OpenServerTest
@BothTransports
@Import(AdmittedPushIntegrationTests.Configuration.class)
class AdmittedPushIntegrationTests {

    private static final int PUSHES = 20;

    private final ServerUnderTest server;
    private final Pushing pushing;

    AdmittedPushIntegrationTests(ServerUnderTest server, Pushing pushing) {
        this.server = server;
        this.pushing = pushing;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void pushesOfAnAdmissionFollowTheAck() throws Exception {
        pushing.replies.clear();
        try (TestWorker worker = server.connect()) {
            WorkerRegister register =
                    new WorkerRegister(0, TestWorker.registration(server.newIdentity()));
            for (int registration = 0; registration < 2; registration++) {
                worker.send(register);
                worker.expectAccepted();
                // The first waited for the decision, the others were made after it.
                for (int i = 0; i <= PUSHES; i++) {
                    Push push = worker.expect(Push.class);
                    assertThat(push.payload().toByteArray()).containsExactly(i);
                    worker.send(new PushReply(0, 1, push.correlationId(), push.payload()));
                }
            }
            assertThat(pushing.replies)
                    .hasSize(2 * (PUSHES + 1))
                    .allSatisfy(
                            reply -> assertThat(reply).succeedsWithin(ServerUnderTest.MAX_WAIT));
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Configuration {

        @Bean
        Pushing pushing(Workers workers) {
            return new Pushing(workers);
        }
    }

    /** Pushes from inside a registration, and once the worker is admitted. */
    static final class Pushing implements ConnectionNotifier {

        private final Workers workers;
        private final List<CompletableFuture<byte[]>> replies = new CopyOnWriteArrayList<>();

        Pushing(Workers workers) {
            this.workers = workers;
        }

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            replies.add(workers.pushAfterDecision(pid, new byte[] {0}, ServerUnderTest.MAX_WAIT));
        }

        @Override
        public void onWorkerAdmitted(long pid) {
            for (int i = 1; i <= PUSHES; i++) {
                replies.add(workers.push(pid, new byte[] {(byte) i}, ServerUnderTest.MAX_WAIT));
            }
        }

        @Override
        public void onWorkerUnregistered(long pid) {}
    }
}
