package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.ServiceContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/** Which timeouts end a connection, when, and what stops them. */
class ConnectionTimeoutsTests {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration REGISTRATION = Duration.ofSeconds(30);
    private static final Duration INTERVAL = Duration.ofSeconds(25);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SWEEP = TimeoutSweep.INTERVAL;

    abstract static class Fixture {

        final ServiceContext service;
        final ConnectedWorkers workers;

        Fixture(String... settings) {
            List<String> all = new ArrayList<>(List.of(settings));
            all.add("frontdoor.registrations.decision-timeout=10m");
            service = new ServiceContext(all.toArray(String[]::new));
            workers = new ConnectedWorkers(service);
        }

        @AfterEach
        void stop() {
            service.close();
        }

        /** Lets a timeout pass, but not the delay of the sweep that notices it. */
        void until(Duration timeout) {
            service.time().advance(timeout);
        }

        void pass(Duration timeout) {
            service.time().advance(timeout.plus(SWEEP).plusMillis(10));
        }
    }

    @Nested
    class WithoutTokens extends Fixture {

        @Test
        void workerThatSendsNothingIsClosedAfterTheConnectTimeout() {
            var worker = workers.connect();
            until(CONNECT);
            assertThat(worker.transport.closed()).isNull();
            pass(Duration.ZERO);
            assertThat(worker.transport.closed()).isEqualTo(CloseCause.CONNECT_TIMEOUT);
        }

        @Test
        void workerThatOnlySendsPingsIsClosedToo() {
            var worker = workers.connect();
            until(CONNECT.dividedBy(2));
            worker.sends(new Ping(0));
            pass(CONNECT.dividedBy(2));
            assertThat(worker.transport.closed()).isEqualTo(CloseCause.CONNECT_TIMEOUT);
        }

        @Test
        void workerThatConnectsIsClosedAfterTheRegistrationTimeout() {
            var worker = workers.connect();
            worker.authenticates("");
            until(REGISTRATION);
            assertThat(worker.transport.closed()).isNull();
            pass(Duration.ZERO);
            assertThat(worker.transport.closed()).isEqualTo(CloseCause.REGISTRATION_TIMEOUT);
        }

        @Test
        void registrationStopsBothTimeouts() {
            var worker = workers.register("worker-7");
            service.time().advance(REGISTRATION.plus(REGISTRATION));
            assertThat(worker.transport.closed())
                    .isNotIn(CloseCause.CONNECT_TIMEOUT, CloseCause.REGISTRATION_TIMEOUT);
        }

        @Test
        void rejectedRegistrationStopsThemToo() {
            service.notifier()
                    .about(
                            "worker-7",
                            (_, _) -> {
                                throw new RegistrationRejectedException("not today");
                            });
            var worker = workers.connect(false);
            worker.sends(new WorkerRegister(0, TestWorker.registration("worker-7")));
            worker.awaits(WorkerRegisterAck.rejected("not today"));
            pass(REGISTRATION);
            assertThat(worker.transport.closed()).isNull();
        }

        @Test
        void pendingRegistrationStopsThemToo() {
            CountDownLatch decide = new CountDownLatch(1);
            service.notifier().about("worker-7", (_, _) -> ServerUnderTest.awaitLatch(decide));
            var worker = workers.connect(false);
            worker.sends(new WorkerRegister(0, TestWorker.registration("worker-7")));
            pass(REGISTRATION);
            assertThat(worker.transport.closed()).isNull();
            decide.countDown();
            worker.awaits(WorkerRegisterAck.ACCEPTED);
        }

        @Test
        void workerIsPingedAfterTheIntervalAndClosedAfterTheTimeout() {
            var worker = workers.register("worker-7");
            until(INTERVAL);
            assertThat(worker.transport.pings()).isZero();
            pass(Duration.ZERO);
            assertThat(worker.transport.pings()).isOne();
            until(TIMEOUT.minus(SWEEP));
            assertThat(worker.transport.closed()).isNull();
            pass(SWEEP);
            assertThat(worker.transport.closed()).isEqualTo(CloseCause.HEARTBEAT_TIMEOUT);
            assertThat(worker.transport.pings()).isOne();
            assertThat(service.bean(Departures.class).newestFirst().getFirst().departure().code())
                    .isEqualTo(4012);
        }

        @Test
        void anyBytesAreASignOfLife() {
            var worker = workers.register("worker-7");
            for (int i = 1; i <= 3; i++) {
                pass(INTERVAL);
                assertThat(worker.transport.pings()).isEqualTo(i);
                worker.connection.onRead();
            }
            pass(TIMEOUT);
            assertThat(worker.transport.closed()).isNull();
        }

        @Test
        void workerWhoseTransportHasNoPingsIsNotClosedForSilence() {
            var worker = workers.connect(false);
            worker.sends(new WorkerRegister(0, TestWorker.registration("worker-7")));
            worker.awaits(WorkerRegisterAck.ACCEPTED);
            service.time().advance(Duration.ofMinutes(5));
            assertThat(worker.transport.closed()).isNull();
        }

        @Test
        void workerThatIsNotReadWhileItsRegistrationIsPendingIsNotClosed() {
            CountDownLatch decide = new CountDownLatch(1);
            service.notifier().about("worker-7", (_, _) -> ServerUnderTest.awaitLatch(decide));
            var worker = workers.connect();
            worker.sends(new WorkerRegister(0, TestWorker.registration("worker-7")));
            worker.sends(new Unknown(0x70, 0, 1, Bytes.copyOf(new byte[100_000])));
            assertThat(worker.channel.config().isAutoRead()).isFalse();
            service.time().advance(INTERVAL.plus(TIMEOUT).multipliedBy(2));
            assertThat(worker.transport.closed()).isNull();
            decide.countDown();
            worker.awaits(WorkerRegisterAck.ACCEPTED);
            assertThat(worker.channel.config().isAutoRead()).isTrue();
        }

        @Test
        void workerThatReadsNothingIsClosedAsASlowReader() {
            var worker = workers.register("worker-7");
            worker.channel.stopTaking();
            Objects.requireNonNull(
                            worker.connection.reserve(
                                    new Push(0, 1, 1, Bytes.copyOf(new byte[900_000]))))
                    .send();
            service.time().runTasks();
            worker.connection.onWritabilityChanged();
            assertThat(worker.channel.isWritable()).isFalse();
            until(INTERVAL.plus(TIMEOUT));
            assertThat(worker.transport.closed()).isNull();
            pass(Duration.ZERO);
            assertThat(worker.transport.closed()).isEqualTo(CloseCause.SLOW_READER);
        }

        @Test
        void pauseOfTheProcessIsNotTheWorkersSilence() {
            var worker = workers.register("worker-7");
            service.time().pause(Duration.ofMinutes(10));
            assertThat(worker.transport.closed()).isNull();
            pass(INTERVAL);
            assertThat(worker.transport.pings()).isOne();
            service.time().pause(Duration.ofMinutes(10));
            assertThat(worker.transport.closed()).isNull();
            pass(TIMEOUT);
            assertThat(worker.transport.closed()).isEqualTo(CloseCause.HEARTBEAT_TIMEOUT);
        }
    }

    @Nested
    class WithTokens extends Fixture {

        WithTokens() {
            super("frontdoor.auth.tokens=sesame");
        }

        @Test
        void workerThatDoesNotConnectIsClosed() {
            var worker = workers.connect();
            pass(CONNECT);
            assertThat(worker.transport.closed()).isEqualTo(CloseCause.CONNECT_TIMEOUT);
        }

        @Test
        void workerThatConnectsAndDoesNotRegisterIsClosedLater() {
            var worker = workers.connect();
            worker.authenticates("sesame");
            pass(CONNECT);
            assertThat(worker.transport.closed()).isNull();
            pass(REGISTRATION.minus(CONNECT));
            assertThat(worker.transport.closed()).isEqualTo(CloseCause.REGISTRATION_TIMEOUT);
        }
    }

    @Nested
    class SwitchedOff extends Fixture {

        SwitchedOff() {
            super("frontdoor.limits.registration-timeout=0s", "frontdoor.heartbeat.interval=0s");
        }

        @Test
        void workerThatHasConnectedMayTakeItsTime() {
            var worker = workers.connect();
            worker.authenticates("");
            service.time().advance(Duration.ofMinutes(5));
            assertThat(worker.transport.closed()).isNull();
            assertThat(worker.transport.pings()).isZero();
        }
    }

    @Nested
    class Endless extends Fixture {

        Endless() {
            super(
                    "frontdoor.limits.connect-timeout=999999d",
                    "frontdoor.limits.registration-timeout=999999d",
                    "frontdoor.limits.request-head-timeout=999999d",
                    "frontdoor.limits.close-timeout=999999d",
                    "frontdoor.heartbeat.interval=1s",
                    "frontdoor.heartbeat.timeout=1s");
        }

        @Test
        void timeoutThatNeverPassesDoesNotDisturbTheOthers() {
            var worker = workers.connect();
            pass(Duration.ofSeconds(1));
            assertThat(worker.transport.pings()).isOne();
            pass(Duration.ofSeconds(1));
            assertThat(worker.transport.closed()).isEqualTo(CloseCause.HEARTBEAT_TIMEOUT);
        }
    }
}
