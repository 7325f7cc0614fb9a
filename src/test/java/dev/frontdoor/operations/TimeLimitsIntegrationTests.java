package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.Door;
import dev.frontdoor.test.server.House;
import dev.frontdoor.test.server.ScriptedNotifier;

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
    @DoorWith({
        "frontdoor.limits.connect-timeout=1s",
        "frontdoor.limits.registration-timeout=2s",
        "frontdoor.notifiers.timeout=60s"
    })
    class WithoutAuthentication {

        private final Door door;
        private final ScriptedNotifier porter;

        WithoutAuthentication(Door door, @Qualifier(House.PORTER) ScriptedNotifier porter) {
            this.door = door;
            this.porter = porter;
        }

        @AfterEach
        void nobodyIsLeft() {
            door.expectNobody();
        }

        @Test
        void workerThatSaysNothingIsEnded() throws Exception {
            double closed = closed(door, 4010);
            try (TestWorker worker = door.connect()) {
                assertThat(worker.expectClose(4010).reason()).isEqualTo("no Connect in time");
                assertThat(closed(door, 4010)).isEqualTo(closed + 1);
            }
        }

        @Test
        void workerThatOnlySendsPingsIsEnded() throws Exception {
            try (TestWorker worker = door.connect()) {
                worker.expectNothing();
                worker.ping(new byte[0]);
                worker.expectClose(4010);
            }
        }

        @Test
        void workerThatConnectsAndDoesNotRegisterIsEndedLater() throws Exception {
            double closed = closed(door, 4011);
            try (TestWorker worker = door.connect()) {
                worker.authenticate("");
                assertThat(worker.expectClose(4011).reason())
                        .isEqualTo("no WorkerRegister in time");
                assertThat(closed(door, 4011)).isEqualTo(closed + 1);
            }
        }

        @Test
        void registrationStopsBothClocks() throws Exception {
            try (TestWorker worker = door.register(door.newIdentity())) {
                awaitRegistrationTimeout(door);
                worker.expectNothing();
            }
        }

        @Test
        void rejectedRegistrationStopsThemToo() throws Exception {
            String identity = door.newIdentity();
            porter.about(
                    identity,
                    (_, _) -> {
                        throw new RegistrationRejectedException("not today");
                    });
            try (TestWorker worker = door.connect()) {
                worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
                worker.expectRejected("not today");
                awaitRegistrationTimeout(door);
                worker.register(TestWorker.registration(door.newIdentity()));
            }
        }

        @Test
        void registrationThatIsBeingDecidedStopsThemToo() throws Exception {
            String identity = door.newIdentity();
            CountDownLatch decide = new CountDownLatch(1);
            porter.about(identity, (_, _) -> Door.awaitLatch(decide));
            try (TestWorker worker = door.connect()) {
                worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
                awaitRegistrationTimeout(door);
                decide.countDown();
                worker.expectAccepted();
            }
        }
    }

    @Nested
    @DoorWith({
        "frontdoor.limits.connect-timeout=1s",
        "frontdoor.limits.registration-timeout=2s",
        "frontdoor.auth.tokens=sesame"
    })
    class WithAuthentication {

        private final Door door;

        WithAuthentication(Door door) {
            this.door = door;
        }

        @AfterEach
        void nobodyIsLeft() {
            door.expectNobody();
        }

        @Test
        void workerThatDoesNotConnectIsEnded() throws Exception {
            try (TestWorker worker = door.connect()) {
                worker.expectNothing();
                worker.expectClose(4010);
            }
        }

        @Test
        void workerThatConnectsAndDoesNotRegisterIsEndedLater() throws Exception {
            try (TestWorker worker = door.connect()) {
                worker.authenticate("sesame");
                worker.expectClose(4011);
            }
        }

        @Test
        void workerThatRegistersStays() throws Exception {
            try (TestWorker worker = door.connect()) {
                worker.authenticate("sesame");
                worker.register(TestWorker.registration(door.newIdentity()));
                awaitRegistrationTimeout(door);
                worker.expectNothing();
            }
        }
    }

    @Nested
    @DoorWith({
        "frontdoor.limits.connect-timeout=1s",
        "frontdoor.limits.registration-timeout=0s",
    })
    class WithoutARegistrationTimeout {

        private final Door door;

        WithoutARegistrationTimeout(Door door) {
            this.door = door;
        }

        @Test
        void workerThatHasConnectedMayTakeItsTime() throws Exception {
            try (TestWorker worker = door.connect();
                    TestWorker other = door.connect()) {
                worker.authenticate("");
                other.expectClose(4010);
                worker.register(TestWorker.registration(door.newIdentity()));
            }
            door.expectNobody();
        }
    }

    /** Waits until a worker that came after all others was ended for not registering. */
    private static void awaitRegistrationTimeout(Door door) throws Exception {
        try (TestWorker worker = door.connect()) {
            worker.authenticate("sesame");
            worker.expectClose(4011);
        }
    }

    private static double closed(Door door, int code) {
        return door.sum("frontdoor.connections.closed", "code", Integer.toString(code));
    }
}
