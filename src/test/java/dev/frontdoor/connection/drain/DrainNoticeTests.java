package dev.frontdoor.connection.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.connection.ConnectedWorkers;
import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.DrainProperties;
import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.DrainNotice;
import dev.frontdoor.notifier.Eviction;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.RegistrationService;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.ServiceContext;

import io.micrometer.core.instrument.MeterRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Notifiers learn of a drain before it closes the first connection. */
class DrainNoticeTests {

    private static final Duration WINDOW = Duration.ofSeconds(20);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final String NOTIFIER = "following";
    private static final String TIMEOUT = "frontdoor.notifiers.beans." + NOTIFIER + ".timeout=";

    private final Following notifier = new Following();

    @AfterEach
    void stop() {
        notifier.leave.countDown();
    }

    @Test
    void noticeNamesAllWorkersAndTheDeadline() {
        try (ServiceContext service = service(TIMEOUT + "1h")) {
            ConnectedWorkers workers = new ConnectedWorkers(service);
            workers.register("worker-1");
            workers.register("worker-2");
            List<Long> pids =
                    service.bean(Workers.class).list(WorkerFilter.ALL).stream()
                            .map(ConnectedWorker::pid)
                            .toList();
            Instant deadline =
                    Instant.ofEpochMilli(service.time().wallTime()).plus(WINDOW).plus(GRACE);

            service.bean(Drain.class).begin("the test");
            ServerUnderTest.awaitLatch(notifier.entered);

            assertThat(pids).hasSize(2);
            assertThat(notifier.notices).containsExactly(new DrainNotice(pids, true, deadline));
        }
    }

    @Test
    void firstCloseWaitsForTheCallAndStillMeetsTheWindow() {
        try (ServiceContext service = service(TIMEOUT + "1h")) {
            ConnectedWorkers workers = new ConnectedWorkers(service);
            Worker worker = workers.register("worker-1");
            service.bean(Drain.class).begin("the test");
            ServerUnderTest.awaitLatch(notifier.entered);

            service.time().advance(WINDOW);
            assertThat(worker.closed()).isNull();
            notifier.leave.countDown();

            awaitClosed(service, worker);
        }
    }

    @Test
    void closesThatWaitedAreSpreadOverTheRestOfTheWindow() {
        try (ServiceContext service = service(TIMEOUT + "1h")) {
            ConnectedWorkers workers = new ConnectedWorkers(service);
            List<Worker> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(workers.register("worker-" + i));
            }
            CompletableFuture<?> announced = new CompletableFuture<>();
            CloseRun run =
                    new CloseRun(
                            new AllConnections(
                                    service.bean(Connections.class),
                                    service.bean(RegistrationService.class),
                                    () -> true),
                            ClosePace.of(service.bean(DrainProperties.class)),
                            service.bean(PushService.class),
                            service.time(),
                            ThreadLocalRandom.current(),
                            announced);
            service.time().advance(WINDOW.dividedBy(2));
            assertThat(run.advance()).isFalse();
            announced.complete(null);
            assertThat(run.advance()).isFalse();

            service.time().advance(WINDOW.dividedBy(4));
            assertThat(run.advance()).isFalse();
            service.time().runTasks();
            assertThat(all.stream().filter(worker -> worker.closed() != null))
                    .hasSizeBetween(9, 11);
            service.time().advance(WINDOW.dividedBy(4));
            boolean _ = run.advance();
            service.time().runTasks();
            assertThat(all).allSatisfy(worker -> assertThat(worker.closed()).isNotNull());
        }
    }

    @Test
    void callThatHangsIsWaitedForUntilItsTimeoutOnly() {
        try (ServiceContext service =
                service(
                        TIMEOUT + "50ms",
                        "frontdoor.notifiers.beans." + NOTIFIER + ".on-failure=ignore")) {
            Worker worker = new ConnectedWorkers(service).register("worker-1");
            Drain drain = service.bean(Drain.class);
            // The time of a call that a busy machine begins late passes before that.
            for (int drains = 1; drains <= 20 && notifier.entered.getCount() > 0; drains++) {
                assertThat(drain.cancel("the test")).isTrue();
                drain.begin("the test");
                awaitCalls(service, "timeout", drains);
            }
            assertThat(notifier.entered.getCount()).isZero();

            awaitClosed(service, worker);
        }
    }

    @Test
    void drainWithoutAWindowWaitsForTheCallToo() {
        try (ServiceContext service =
                service(
                        TIMEOUT + "1h",
                        "frontdoor.drain.window=0s",
                        "frontdoor.drain.push-grace=0s")) {
            Worker worker = new ConnectedWorkers(service).register("worker-1");
            service.bean(Drain.class).begin("the test");
            ServerUnderTest.awaitLatch(notifier.entered);

            service.time().advance(CloseRunner.INTERVAL.multipliedBy(10));
            assertThat(worker.closed()).isNull();
            notifier.leave.countDown();

            awaitClosed(service, worker);
        }
    }

    @Test
    void exceptionIsCountedAndTheDrainGoesOn() {
        notifier.failing = true;
        try (ServiceContext service = service(TIMEOUT + "1h")) {
            Worker worker = new ConnectedWorkers(service).register("worker-1");

            service.bean(Drain.class).begin("the test");
            awaitCalls(service, "failed", 1);

            awaitClosed(service, worker);
        }
    }

    @Test
    void callHasAPermitOfItsOwn() {
        CountDownLatch registering = new CountDownLatch(1);
        try (ServiceContext service =
                service(
                        TIMEOUT + "1h",
                        "frontdoor.notifiers.beans." + NOTIFIER + ".max-concurrent-calls=1")) {
            notifier.registering =
                    () -> {
                        registering.countDown();
                        stay(notifier.leave);
                    };
            new ConnectedWorkers(service)
                    .connect()
                    .sends(new WorkerRegister(0, TestWorker.registration("worker-1")));
            ServerUnderTest.awaitLatch(registering);

            service.bean(Drain.class).begin("the test");

            ServerUnderTest.awaitLatch(notifier.entered);
            notifier.leave.countDown();
        }
    }

    @Test
    void noticeOfAnEvictionNamesItsWorkersAndItsFirstCloseWaitsForTheCall() {
        try (ServiceContext service = service(TIMEOUT + "1h")) {
            ConnectedWorkers workers = new ConnectedWorkers(service);
            Worker worker = workers.register("worker-1");
            workers.register("worker-2");
            Workers api = service.bean(Workers.class);
            long pid = api.list(WorkerFilter.identity("worker-1")).getFirst().pid();

            Eviction eviction = api.evict(EvictionRequest.all(WorkerFilter.identity("worker-1")));
            ServerUnderTest.awaitLatch(notifier.entered);
            service.time().advance(WINDOW);

            assertThat(notifier.notices)
                    .containsExactly(
                            new DrainNotice(List.of(pid), false, eviction.progress().deadline()));
            assertThat(worker.closed()).isNull();
            assertThat(api.push(pid, new byte[1], WINDOW)).isCompletedExceptionally();
            notifier.leave.countDown();
            awaitClosed(service, worker, CloseCause.MOVED);
        }
    }

    @Test
    void noticeOfAPartReachesTheNotifiersToo() {
        try (ServiceContext service = service(TIMEOUT + "1h")) {
            DrainNotice part = new DrainNotice(List.of(2L, 1L), false, Instant.EPOCH);
            notifier.leave.countDown();

            CompletableFuture<?> announced = service.bean(DrainAnnouncer.class).announce(part);

            assertThat(announced).succeedsWithin(ServerUnderTest.MAX_WAIT);
            assertThat(notifier.notices).containsExactly(part);
        }
    }

    private ServiceContext service(String... settings) {
        String[] all = Arrays.copyOf(settings, settings.length + 2);
        all[settings.length] = "frontdoor.limits.connect-timeout=1h";
        all[settings.length + 1] = "frontdoor.heartbeat.interval=0s";
        return new ServiceContext(NOTIFIER, notifier, all);
    }

    /** Waits for the last call to be counted, which is just before the drain goes on. */
    private static void awaitCalls(ServiceContext service, String outcome, int count) {
        await().atMost(ServerUnderTest.MAX_WAIT)
                .until(() ->
                        service.bean(MeterRegistry.class)
                                        .get("frontdoor.notifier.calls")
                                        .tags("notifier", NOTIFIER)
                                        .tags("callback", "drain", "outcome", outcome)
                                        .timer()
                                        .count()
                                == count);
    }

    private static void awaitClosed(ServiceContext service, Worker worker) {
        awaitClosed(service, worker, CloseCause.SERVICE_RESTART);
    }

    private static void awaitClosed(ServiceContext service, Worker worker, CloseCause cause) {
        await().pollInSameThread()
                .pollInterval(Duration.ofMillis(1))
                .atMost(ServerUnderTest.MAX_WAIT)
                .until(() -> {
                    service.time().advance(Duration.ofSeconds(1));
                    return worker.closed() == cause;
                });
    }

    private static void stay(CountDownLatch leave) {
        try {
            boolean _ = leave.await(ServerUnderTest.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Records notices, and stays in the call until the test lets it go. */
    private static final class Following implements ConnectionNotifier {

        final List<DrainNotice> notices = new CopyOnWriteArrayList<>();
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch leave = new CountDownLatch(1);
        volatile Runnable registering = () -> {};
        volatile boolean failing;

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            registering.run();
        }

        @Override
        public void onWorkerUnregistered(long pid) {}

        @Override
        public void onDrain(DrainNotice notice) {
            notices.add(notice);
            entered.countDown();
            if (failing) {
                throw new NoClassDefFoundError("scripted");
            }
            stay(leave);
        }
    }
}
