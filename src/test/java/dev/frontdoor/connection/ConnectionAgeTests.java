package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.ServiceContext;

import io.micrometer.core.instrument.Clock;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/** Connections are closed at a random age. */
class ConnectionAgeTests {

    private static final Duration AGE = Duration.ofMinutes(4);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration SWEEP = TimeoutSweep.INTERVAL.multipliedBy(2);
    private static final String[] SETTINGS = {
        "frontdoor.limits.max-connection-age=" + AGE,
        "frontdoor.limits.connect-timeout=10h",
        "frontdoor.limits.registration-timeout=0s",
        "frontdoor.heartbeat.interval=0s"
    };

    @Test
    void connectionsAreClosedBetweenThreeQuartersOfTheAgeAndAll() {
        try (ServiceContext service = new ServiceContext(SETTINGS)) {
            ConnectedWorkers workers = new ConnectedWorkers(service);
            List<Worker> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(i % 2 == 0 ? workers.register("worker-" + i) : workers.connect());
            }
            Duration quarter = AGE.dividedBy(4);

            service.time().advance(quarter.multipliedBy(3).minusSeconds(1));
            assertThat(closed(all)).isZero();
            service.time().advance(quarter.dividedBy(2));
            assertThat(closed(all)).isBetween(1L, 19L);
            service.time().advance(quarter.dividedBy(2).plusSeconds(1).plus(SWEEP));

            assertThat(all)
                    .allSatisfy(worker ->
                            assertThat(worker.closed()).isEqualTo(CloseCause.CONNECTION_AGE));
            assertThat(service.value("frontdoor.connections.closed", "code", "1012")).isEqualTo(20);
        }
    }

    @Test
    void pendingPushGetsTheGraceAndNoFurtherOneIsSent() {
        try (ServiceContext service = new ServiceContext(SETTINGS)) {
            Worker worker = new ConnectedWorkers(service).register("worker-1");
            CompletableFuture<byte[]> pending = push(service);
            Duration waited = advanceUntilStopped(service);

            assertThat(waited).isBetween(AGE.multipliedBy(3).dividedBy(4), AGE.plus(SWEEP));
            assertThat(worker.closed()).isNull();
            worker.sends(new PushReply(0, 1, 1, Bytes.EMPTY));
            service.time().advance(SWEEP);

            assertThat(pending).succeedsWithin(ServerUnderTest.MAX_WAIT);
            assertThat(worker.closed()).isEqualTo(CloseCause.CONNECTION_AGE);
        }
    }

    @Test
    void workerThatDoesNotReplyIsClosedAfterTheGrace() {
        try (ServiceContext service = new ServiceContext(SETTINGS)) {
            Worker worker = new ConnectedWorkers(service).register("worker-1");
            CompletableFuture<byte[]> _ = push(service);
            Duration _ = advanceUntilStopped(service);

            service.time().advance(GRACE.minus(SWEEP));
            assertThat(worker.closed()).isNull();
            service.time().advance(SWEEP.multipliedBy(2));

            assertThat(worker.closed()).isEqualTo(CloseCause.CONNECTION_AGE);
        }
    }

    @Test
    void withoutASettingNoAgeIsReached() {
        ConnectionAge age =
                new ConnectionAge(
                        Duration.ZERO,
                        Duration.ZERO,
                        new RunningTime(Clock.SYSTEM),
                        ThreadLocalRandom.current());

        assertThat(age.isReached()).isFalse();
        assertThat(age.isGraceOver()).isFalse();
    }

    @Test
    void endlessAgeIsNeverReached() {
        ConnectionAge age =
                new ConnectionAge(
                        Duration.ofDays(999_999),
                        Duration.ofDays(999_999),
                        new RunningTime(Clock.SYSTEM),
                        ThreadLocalRandom.current());

        assertThat(age.isReached()).isFalse();
        assertThat(age.isGraceOver()).isFalse();
    }

    private static long closed(List<Worker> workers) {
        return workers.stream().filter(worker -> worker.closed() != null).count();
    }

    private static CompletableFuture<byte[]> push(ServiceContext service) {
        CompletableFuture<byte[]> push =
                service.bean(Workers.class)
                        .push(
                                service.notifier().pidOf("worker-1"),
                                new byte[1],
                                Duration.ofDays(1));
        service.time().runTasks();
        return push;
    }

    /** Advances until pushes are refused, but at most for the age. */
    private static Duration advanceUntilStopped(ServiceContext service) {
        Duration waited = Duration.ZERO;
        while (!service.bean(PushService.class).isStopped(service.notifier().pidOf("worker-1"))
                && waited.compareTo(AGE) <= 0) {
            service.time().advance(TimeoutSweep.INTERVAL);
            waited = waited.plus(TimeoutSweep.INTERVAL);
        }
        assertThat(failureOf(push(service))).isEqualTo(Reason.EVICTING);
        return waited;
    }

    private static Reason failureOf(CompletableFuture<byte[]> push) {
        return ((PushException) push.exceptionNow()).reason();
    }
}
