package dev.frontdoor.connection.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.connection.ConnectedWorkers;
import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.DrainProperties;
import dev.frontdoor.connection.drain.Drain.State;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.RegistrationService;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.ServiceContext;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
import org.springframework.context.support.GenericApplicationContext;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** What a drain that is canceled leaves, and when it cannot be canceled. */
class DrainCancelTests {

    private static final Duration WINDOW = Duration.ofSeconds(20);

    private final ServiceContext service =
            new ServiceContext(
                    "frontdoor.limits.connect-timeout=1h", "frontdoor.heartbeat.interval=0s");
    private final ConnectedWorkers workers = new ConnectedWorkers(service);
    private final Drain drain = service.bean(Drain.class);

    private final List<ReadinessState> published = new ArrayList<>();
    private final GenericApplicationContext listeners = new GenericApplicationContext();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        executor.shutdownNow();
        listeners.close();
        service.close();
    }

    @Test
    void workersThatAreNotClosedYetStay() {
        List<Worker> all = register(20);
        drain.begin("a test");
        service.time().advance(WINDOW.dividedBy(2));
        long left = all.stream().filter(worker -> !isClosed(worker)).count();
        assertThat(left).isBetween(9L, 11L);

        assertThat(drain.cancel("a test")).isTrue();
        service.time().advance(Duration.ofMinutes(2));
        assertThat(all.stream().filter(worker -> !isClosed(worker))).hasSize((int) left);
        assertThat(drain.isOpen()).isTrue();
        assertThat(drain.status().state()).isEqualTo(State.OPEN);
        assertThat(drain.status().deadline()).isNull();
        assertThat(service.value("frontdoor.draining")).isZero();
    }

    @Test
    void workersAreAcceptedAgain() {
        Worker rejected = workers.connect();
        drain.begin("a test");
        rejected.sends(new WorkerRegister(0, TestWorker.registration("worker-7")));
        rejected.awaits(WorkerRegisterAck.rejected("the service is draining; reconnect elsewhere"));

        assertThat(drain.cancel("a test")).isTrue();
        rejected.sends(new WorkerRegister(0, TestWorker.registration("worker-7")));
        rejected.awaits(WorkerRegisterAck.ACCEPTED);
        Worker late = workers.register("worker-8");
        service.time().advance(Duration.ofMinutes(2));
        assertThat(isClosed(late)).isFalse();
    }

    @Test
    void noCloseFollowsACancelInTheMiddleOfATick() {
        List<Worker> all = register(20);
        AtomicInteger closes = new AtomicInteger();
        CloseRun run =
                new CloseRun(
                        new AllConnections(
                                service.bean(Connections.class),
                                service.bean(RegistrationService.class),
                                () -> closes.incrementAndGet() <= 3),
                        new ClosePace(Duration.ZERO, Duration.ZERO, 0),
                        service.bean(PushService.class),
                        service.time(),
                        ThreadLocalRandom.current(),
                        CompletableFuture.completedFuture(null));

        assertThat(run.advance()).isFalse();
        service.time().runTasks();
        assertThat(all.stream().filter(DrainCancelTests::isClosed)).hasSize(3);
    }

    @Test
    void withoutADrainNothingChanges() {
        register(1);
        assertThat(drain.cancel("a test")).isTrue();
        assertThat(drain.cancel("a test")).isTrue();
        assertThat(drain.status()).isEqualTo(new Drain.Status(State.OPEN, 1, null));
    }

    @Test
    void drainCanBeginAgain() {
        Worker worker = workers.register("worker-7");
        drain.begin("a test");
        assertThat(drain.cancel("a test")).isTrue();
        service.time().advance(WINDOW);
        assertThat(isClosed(worker)).isFalse();

        drain.begin("a test");
        service.time().advance(WINDOW.plus(CloseRunner.INTERVAL));
        assertThat(isClosed(worker)).isTrue();
        awaitState(State.DRAINED);
    }

    @Test
    void serviceThatHasBeenDrainedIsReopened() {
        drain.begin("a test");
        awaitState(State.DRAINED);
        assertThat(drain.cancel("a test")).isTrue();
        assertThat(drain.isOpen()).isTrue();
        workers.register("worker-7");
    }

    @Test
    void drainOfAServiceThatIsStoppingCannotBeCanceled() throws Exception {
        Worker worker = workers.register("worker-7");
        drain.begin("a test");
        Thread stop = Thread.ofVirtual().start(drain::stop);
        await().atMost(ServerUnderTest.MAX_WAIT)
                .until(() -> stop.getState() == Thread.State.WAITING);

        assertThat(drain.cancel("a test")).isFalse();
        assertThat(drain.status().state()).isEqualTo(State.DRAINING);
        service.time().advance(WINDOW.plus(CloseRunner.INTERVAL));
        assertThat(isClosed(worker)).isTrue();
        awaitState(State.DRAINED);
        assertThat(drain.cancel("a test")).isFalse();
        assertThat(stop.join(ServerUnderTest.MAX_WAIT)).isTrue();
        assertThat(drain.isOpen()).isFalse();
    }

    @Test
    void stopAfterACancelDrains() throws Exception {
        drain.begin("a test");
        assertThat(drain.cancel("a test")).isTrue();
        Thread stop = Thread.ofVirtual().start(drain::stop);
        await().atMost(ServerUnderTest.MAX_WAIT)
                .until(() -> stop.getState() == Thread.State.WAITING);
        awaitState(State.DRAINED);
        assertThat(stop.join(ServerUnderTest.MAX_WAIT)).isTrue();
    }

    @Test
    void cancelWhileADrainIsBeginningIsTheLastThatIsPublished() throws Exception {
        CountDownLatch beginning = new CountDownLatch(1);
        CountDownLatch canceled = new CountDownLatch(1);
        Drain racing =
                drain(state -> {
                    if (state == ReadinessState.REFUSING_TRAFFIC) {
                        beginning.countDown();
                        ServerUnderTest.awaitLatch(canceled);
                    }
                });
        Thread begin = Thread.ofVirtual().start(() -> racing.begin("a test"));
        ServerUnderTest.awaitLatch(beginning);

        assertThat(racing.cancel("a test")).isTrue();
        canceled.countDown();
        assertThat(begin.join(ServerUnderTest.MAX_WAIT)).isTrue();
        assertThat(racing.isOpen()).isTrue();
        assertThat(published)
                .containsExactly(ReadinessState.REFUSING_TRAFFIC, ReadinessState.ACCEPTING_TRAFFIC);
        workers.register("worker-7");
    }

    @Test
    void stopWhileACancelIsPublishedIsTheLastThatIsPublished() throws Exception {
        CountDownLatch canceling = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Drain racing =
                drain(state -> {
                    if (state == ReadinessState.ACCEPTING_TRAFFIC) {
                        canceling.countDown();
                        ServerUnderTest.awaitLatch(stopped);
                    }
                });
        racing.begin("a test");
        Thread cancel = Thread.ofVirtual().start(() -> racing.cancel("a test"));
        ServerUnderTest.awaitLatch(canceling);

        racing.stop();
        stopped.countDown();
        assertThat(cancel.join(ServerUnderTest.MAX_WAIT)).isTrue();
        assertThat(racing.isOpen()).isFalse();
        assertThat(published.getLast()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
        Worker worker = workers.connect();
        worker.sends(new WorkerRegister(0, TestWorker.registration("worker-7")));
        worker.awaits(WorkerRegisterAck.rejected("the service is draining; reconnect elsewhere"));
    }

    @Test
    void listenerThatFailsDoesNotStopADrain() {
        Drain failing =
                drain(_ -> {
                    throw new IllegalStateException("scripted");
                });
        failing.begin("a test");
        await().atMost(ServerUnderTest.MAX_WAIT)
                .until(() -> failing.status().state() == State.DRAINED);
        assertThat(failing.cancel("a test")).isTrue();
        assertThat(published).hasSize(2);
    }

    /** A drain with threads of its own. */
    private Drain drain(Consumer<ReadinessState> listener) {
        listeners.addApplicationListener(
                (ApplicationListener<AvailabilityChangeEvent<ReadinessState>>)
                        event -> {
                            published.add(event.getState());
                            listener.accept(event.getState());
                        });
        listeners.refresh();
        return new Drain(
                service.bean(DrainProperties.class),
                service.bean(Connections.class),
                service.bean(RegistrationService.class),
                new AcceptancePublisher(
                        service.bean(RegistrationService.class),
                        service.bean(PushService.class),
                        service.bean(Evictions.class),
                        listeners),
                service.bean(DrainAnnouncer.class),
                new CloseRunner(service.bean(PushService.class), Clock.SYSTEM, executor),
                new SimpleMeterRegistry(),
                Clock.SYSTEM);
    }

    private List<Worker> register(int count) {
        List<Worker> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(workers.register("worker-" + i));
        }
        return all;
    }

    private void awaitState(State state) {
        await().pollInSameThread()
                .pollInterval(Duration.ofMillis(1))
                .atMost(ServerUnderTest.MAX_WAIT)
                .until(() -> {
                    service.time().advance(CloseRunner.INTERVAL);
                    return drain.status().state() == state;
                });
    }

    private static boolean isClosed(Worker worker) {
        return worker.closed() != null;
    }
}
