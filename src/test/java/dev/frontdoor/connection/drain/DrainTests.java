package dev.frontdoor.connection.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.connection.ConnectedWorkers;
import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.DrainProperties;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.RegistrationService;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.ServiceContext;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.StaticApplicationContext;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;

/** How a drain closes connections, what it waits for, and what ends it. */
class DrainTests {

    private static final Duration WINDOW = Duration.ofSeconds(20);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final ServiceContext service =
            new ServiceContext(
                    "frontdoor.limits.connect-timeout=1h", "frontdoor.heartbeat.interval=0s");
    private final ConnectedWorkers workers = new ConnectedWorkers(service);
    private final Drain drain = service.bean(Drain.class);

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void connectionsAreClosedOverTheWindow() {
        List<Worker> all = register(20);
        drain.begin("a test");
        service.time().advance(WINDOW.dividedBy(2));
        assertThat(all.stream().filter(DrainTests::isClosed)).hasSizeBetween(9, 11);
        assertThat(drain.status().state()).isEqualTo(Drain.State.DRAINING);
        service.time().advance(WINDOW.dividedBy(2).plus(CloseRunner.INTERVAL));
        assertThat(all)
                .allSatisfy(worker ->
                        assertThat(worker.closed()).isEqualTo(CloseCause.SERVICE_RESTART));
        awaitDrained();
    }

    @Test
    void connectionWithAPendingPushStaysUntilItsReply() {
        Worker worker = workers.register("worker-7");
        CompletableFuture<byte[]> push = push("worker-7");
        drain.begin("a test");
        service.time().advance(GRACE);
        assertThat(isClosed(worker)).isFalse();
        worker.sends(new PushReply(0, 1, 1, Bytes.EMPTY));
        service.time().advance(WINDOW.minus(GRACE).plus(CloseRunner.INTERVAL));
        assertThat(isClosed(worker)).isTrue();
        assertThat(push).succeedsWithin(ServerUnderTest.MAX_WAIT);
        awaitDrained();
    }

    @Test
    void connectionWhosePushIsNotRepliedStaysForTheGrace() {
        Worker worker = workers.register("worker-7");
        CompletableFuture<byte[]> push = push("worker-7");
        drain.begin("a test");
        service.time().advance(GRACE);
        assertThat(isClosed(worker)).isFalse();
        service.time().advance(WINDOW.plus(CloseRunner.INTERVAL));
        assertThat(isClosed(worker)).isTrue();
        assertThat(push).failsWithin(ServerUnderTest.MAX_WAIT);
        awaitDrained();
    }

    @Test
    void connectionThatCameWhileTheDrainBeganIsClosedToo() {
        register(3);
        drain.begin("a test");
        Worker late = workers.connect();
        service.time().advance(WINDOW.plus(CloseRunner.INTERVAL));
        assertThat(late.closed()).isEqualTo(CloseCause.SERVICE_RESTART);
        awaitDrained();
    }

    @Test
    void drainIsOverAsSoonAsNoConnectionIsLeft() {
        List<Worker> all = register(5);
        drain.begin("a test");
        service.time().advance(CloseRunner.INTERVAL);
        all.forEach(worker -> worker.vanishes());
        awaitDrained();
        assertThat(drain.status().remaining()).isZero();
    }

    @Test
    void unregisterCallThatHangsHoldsTheDrainForTenSecondsOnly() {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch decide = new CountDownLatch(1);
        service.notifier()
                .about(
                        "worker-7",
                        (_, _) -> {
                            called.countDown();
                            ServerUnderTest.awaitLatch(decide);
                        });
        Worker worker = workers.connect();
        worker.sends(new WorkerRegister(0, TestWorker.registration("worker-7")));
        ServerUnderTest.awaitLatch(called);
        drain.begin("a test");
        for (Duration passed = Duration.ZERO;
                !isClosed(worker) && passed.compareTo(WINDOW) < 0;
                passed = passed.plus(CloseRunner.INTERVAL)) {
            service.time().advance(CloseRunner.INTERVAL);
        }
        assertThat(isClosed(worker)).isTrue();
        service.time().advance(CloseRun.SETTLE_TIMEOUT.minus(CloseRunner.INTERVAL));
        assertThat(drain.status().state()).isEqualTo(Drain.State.DRAINING);
        service.time().advance(CloseRunner.INTERVAL.multipliedBy(3));
        assertThat(drain.status().state()).isEqualTo(Drain.State.DRAINED);
        decide.countDown();
    }

    @Test
    void registrationsAreRejectedFromTheStart() {
        Worker worker = workers.connect();
        drain.begin("a test");
        worker.sends(new WorkerRegister(0, TestWorker.registration("worker-7")));
        worker.awaits(WorkerRegisterAck.rejected("the service is draining; reconnect elsewhere"));
        assertThat(drain.isOpen()).isFalse();
        assertThat(service.value("frontdoor.draining")).isOne();
    }

    @Test
    void secondBeginChangesNothing() {
        register(1);
        drain.begin("a test");
        Drain.Status first = drain.status();
        service.time().advance(CloseRunner.INTERVAL);
        drain.begin("a test");
        assertThat(drain.status().deadline())
                .isEqualTo(first.deadline())
                .isEqualTo(
                        Instant.ofEpochMilli(service.time().wallTime())
                                .minus(CloseRunner.INTERVAL)
                                .plus(WINDOW)
                                .plus(GRACE));
    }

    @Test
    void drainThatIsOverCanBeFollowedByAStart() {
        drain.begin("a test");
        service.time().advance(CloseRunner.INTERVAL);
        assertThat(drain.status().state()).isEqualTo(Drain.State.DRAINED);
        drain.start();
        assertThat(drain.isOpen()).isTrue();
        assertThat(drain.status().deadline()).isNull();
        workers.register("worker-7");
    }

    @Test
    void errorInADrainEndsItSoThatTheProcessCanStop() {
        AtomicBoolean broken = new AtomicBoolean();
        Drain fragile = drain(new FragileClock(service.time(), broken), service.time().executor());
        fragile.begin("a test");
        broken.set(true);
        service.time().advance(CloseRunner.INTERVAL);

        assertThat(fragile.status().state()).isEqualTo(Drain.State.DRAINED);
        fragile.stop();
    }

    @Test
    void drainThatCannotBeginIsOver() {
        ScheduledExecutorService gone = Executors.newSingleThreadScheduledExecutor();
        gone.shutdownNow();
        Drain fragile = drain(service.time(), gone);

        fragile.stop();

        assertThat(fragile.status().state()).isEqualTo(Drain.State.DRAINED);
    }

    private Drain drain(Clock clock, ScheduledExecutorService executor) {
        StaticApplicationContext context = new StaticApplicationContext();
        context.refresh();
        return new Drain(
                service.bean(DrainProperties.class),
                service.bean(Connections.class),
                service.bean(RegistrationService.class),
                new AcceptancePublisher(
                        service.bean(RegistrationService.class),
                        service.bean(PushService.class),
                        service.bean(Evictions.class),
                        context),
                service.bean(DrainAnnouncer.class),
                new CloseRunner(service.bean(PushService.class), clock, executor),
                new SimpleMeterRegistry(),
                clock);
    }

    /** A clock that throws an error once it is broken. */
    private record FragileClock(Clock clock, AtomicBoolean broken) implements Clock {

        @Override
        public long wallTime() {
            return clock.wallTime();
        }

        @Override
        public long monotonicTime() {
            if (broken.get()) {
                throw new AssertionError("scripted");
            }
            return clock.monotonicTime();
        }
    }

    private List<Worker> register(int count) {
        List<Worker> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(workers.register("worker-" + i));
        }
        return all;
    }

    private CompletableFuture<byte[]> push(String identity) {
        CompletableFuture<byte[]> push =
                service.bean(Workers.class)
                        .push(
                                service.notifier().pidOf(identity),
                                new byte[1],
                                Duration.ofMinutes(5));
        service.time().runTasks();
        return push;
    }

    private void awaitDrained() {
        await().pollInSameThread()
                .pollInterval(Duration.ofMillis(1))
                .atMost(ServerUnderTest.MAX_WAIT)
                .until(() -> {
                    service.time().advance(CloseRunner.INTERVAL);
                    return drain.status().state() == Drain.State.DRAINED;
                });
    }

    private static boolean isClosed(Worker worker) {
        return worker.closed() != null;
    }
}
