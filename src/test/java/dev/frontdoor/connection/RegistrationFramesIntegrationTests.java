package dev.frontdoor.connection;

import static dev.frontdoor.connection.PublicationIntegrationTests.publication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.PublishError;
import dev.frontdoor.protocol.Frame.Subscribe;
import dev.frontdoor.protocol.Frame.SubscribeError;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** What waits while a registration is decided, and what a rejection leaves as it is. */
@OpenServerTest
@BothTransports
class RegistrationFramesIntegrationTests {

    private final ServerUnderTest server;
    private final Workers workers;
    private final ScriptedNotifier firstNotifier;
    private final ScriptedNotifier secondNotifier;

    RegistrationFramesIntegrationTests(
            ServerUnderTest server,
            Workers workers,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier,
            @Qualifier(TestApplication.SECOND) ScriptedNotifier secondNotifier) {
        this.server = server;
        this.workers = workers;
        this.firstNotifier = firstNotifier;
        this.secondNotifier = secondNotifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void answersKeepTheOrderOfTheirFramesWhileANotifierTakesItsTime() throws Exception {
        String identity = server.newIdentity();
        CountDownLatch decide = new CountDownLatch(1);
        List<Integer> asked = new ArrayList<>();
        secondNotifier.about(
                identity,
                (_, registration) -> {
                    ServerUnderTest.awaitLatch(decide);
                    asked.add(registration.activityTypes().size());
                    if (registration.activityTypes().size() % 2 == 1) {
                        throw new RegistrationRejectedException("odd " + asked.size());
                    }
                });
        try (TestWorker worker = server.connect()) {
            for (int i = 1; i <= 6; i++) {
                worker.send(new Ping(0));
                worker.send(new WorkerRegister(0, registration(identity, i)));
                worker.send(new Subscribe(0, i, "c", List.of(), 1));
                worker.send(publication("nobody's", i));
            }
            worker.expect(Pong.class);
            assertThat(worker.poll()).isNull();
            decide.countDown();

            for (int i = 1; i <= 6; i++) {
                if (i > 1) {
                    worker.expect(Pong.class);
                }
                if (i % 2 == 1) {
                    worker.expectRejected("odd " + i);
                } else {
                    worker.expectAccepted();
                }
                assertThat(worker.expect(SubscribeError.class).streamId()).isEqualTo(i);
                assertThat(worker.expect(PublishError.class).streamId()).isEqualTo(i);
            }
            assertThat(asked).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    @Test
    void connectionsDoNotWaitForEachOther() throws Exception {
        String slow = server.newIdentity();
        CountDownLatch decide = new CountDownLatch(1);
        firstNotifier.about(slow, (_, _) -> ServerUnderTest.awaitLatch(decide));
        try (TestWorker waiting = server.connect();
                TestWorker other = server.connect()) {
            waiting.send(new WorkerRegister(0, TestWorker.registration(slow)));
            other.register(TestWorker.registration(server.newIdentity()));
            assertThat(waiting.poll()).isNull();
            decide.countDown();
            waiting.expectAccepted();
        }
    }

    @Test
    void refusedReplacementLeavesTheEarlierRegistrationInForce() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity)) {
            secondNotifier.about(
                    identity,
                    (_, registration) -> {
                        if (registration.activityTypes().size() == 2) {
                            throw new RegistrationRejectedException("");
                        }
                    });
            worker.send(new WorkerRegister(0, registration(identity, 2)));
            worker.expectRejected("");

            long pid = firstNotifier.pidOf(identity);
            assertThat(workers.find(pid).orElseThrow().registration())
                    .isEqualTo(TestWorker.registration(identity));
        }
    }

    private static WorkerRegistration registration(String identity, int n) {
        return Registrations.of(identity)
                .activityTypes(Stream.generate(() -> "a").limit(n).toArray(String[]::new))
                .build();
    }
}
