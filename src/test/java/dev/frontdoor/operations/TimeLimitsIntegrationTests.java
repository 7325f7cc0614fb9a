package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import java.util.concurrent.CountDownLatch;

/**
 * Workers that take too long to say who they are. That a clock has stopped is told by another
 * worker, which came later and whose clock runs out.
 */
class TimeLimitsIntegrationTests {

    @Nested
    @FrontDoorTest({
        "frontdoor.limits.connect-timeout=1s",
        "frontdoor.limits.registration-timeout=2s",
        "frontdoor.notifiers.timeout=60s"
    })
    class WithoutAuthentication {

        private final ServerUnderTest server;
        private final ScriptedNotifier firstNotifier;

        WithoutAuthentication(
                ServerUnderTest server,
                @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
            this.server = server;
            this.firstNotifier = firstNotifier;
        }

        @AfterEach
        void nobodyIsLeft() {
            server.expectNobody();
        }

        @Test
        void workerThatSaysNothingIsEnded() throws Exception {
            double closed = closed(server, 4010);
            try (TestWorker worker = server.connect()) {
                assertThat(worker.expectClose(4010).reason()).isEqualTo("no Connect in time");
                assertThat(closed(server, 4010)).isEqualTo(closed + 1);
            }
        }

        @Test
        void workerThatOnlySendsPingsIsEnded() throws Exception {
            try (TestWorker worker = server.connect()) {
                worker.expectNothing();
                worker.ping(new byte[0]);
                worker.expectClose(4010);
            }
        }

        @Test
        void workerThatConnectsAndDoesNotRegisterIsEndedLater() throws Exception {
            double closed = closed(server, 4011);
            try (TestWorker worker = server.connect()) {
                worker.authenticate("");
                assertThat(worker.expectClose(4011).reason())
                        .isEqualTo("no WorkerRegister in time");
                assertThat(closed(server, 4011)).isEqualTo(closed + 1);
            }
        }

        @Test
        void registrationStopsBothClocks() throws Exception {
            try (TestWorker worker = server.register(server.newIdentity())) {
                awaitRegistrationTimeout(server);
                worker.expectNothing();
            }
        }

        @Test
        void rejectedRegistrationStopsThemToo() throws Exception {
            String identity = server.newIdentity();
            firstNotifier.about(
                    identity,
                    (_, _) -> {
                        throw new RegistrationRejectedException("not today");
                    });
            try (TestWorker worker = server.connect()) {
                worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
                worker.expectRejected("not today");
                awaitRegistrationTimeout(server);
                worker.register(TestWorker.registration(server.newIdentity()));
            }
        }

        @Test
        void registrationThatIsBeingDecidedStopsThemToo() throws Exception {
            String identity = server.newIdentity();
            CountDownLatch decide = new CountDownLatch(1);
            firstNotifier.about(identity, (_, _) -> ServerUnderTest.awaitLatch(decide));
            try (TestWorker worker = server.connect()) {
                worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
                awaitRegistrationTimeout(server);
                decide.countDown();
                worker.expectAccepted();
            }
        }
    }

    @Nested
    @FrontDoorTest({
        "frontdoor.limits.connect-timeout=1s",
        "frontdoor.limits.registration-timeout=2s",
        "frontdoor.auth.tokens=sesame"
    })
    class WithAuthentication {

        private final ServerUnderTest server;

        WithAuthentication(ServerUnderTest server) {
            this.server = server;
        }

        @AfterEach
        void nobodyIsLeft() {
            server.expectNobody();
        }

        @Test
        void workerThatDoesNotConnectIsEnded() throws Exception {
            try (TestWorker worker = server.connect()) {
                worker.expectNothing();
                worker.expectClose(4010);
            }
        }

        @Test
        void workerThatConnectsAndDoesNotRegisterIsEndedLater() throws Exception {
            try (TestWorker worker = server.connect()) {
                worker.authenticate("sesame");
                worker.expectClose(4011);
            }
        }

        @Test
        void workerThatRegistersStays() throws Exception {
            try (TestWorker worker = server.connect()) {
                worker.authenticate("sesame");
                worker.register(TestWorker.registration(server.newIdentity()));
                awaitRegistrationTimeout(server);
                worker.expectNothing();
            }
        }
    }

    @Nested
    @FrontDoorTest({
        "frontdoor.limits.connect-timeout=1s",
        "frontdoor.limits.registration-timeout=0s",
    })
    class WithoutARegistrationTimeout {

        private final ServerUnderTest server;

        WithoutARegistrationTimeout(ServerUnderTest server) {
            this.server = server;
        }

        @Test
        void workerThatHasConnectedMayTakeItsTime() throws Exception {
            try (TestWorker worker = server.connect();
                    TestWorker other = server.connect()) {
                worker.authenticate("");
                other.expectClose(4010);
                worker.register(TestWorker.registration(server.newIdentity()));
            }
            server.expectNobody();
        }
    }

    /** Waits until a worker that came after all others was ended for not registering. */
    private static void awaitRegistrationTimeout(ServerUnderTest server) throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.authenticate("sesame");
            worker.expectClose(4011);
        }
    }

    private static double closed(ServerUnderTest server, int code) {
        return server.sum("frontdoor.connections.closed", "code", Integer.toString(code));
    }
}
