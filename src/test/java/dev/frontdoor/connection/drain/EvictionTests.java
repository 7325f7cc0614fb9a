package dev.frontdoor.connection.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.connection.ConnectedWorkers;
import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.connection.DepartedWorker;
import dev.frontdoor.connection.Departures;
import dev.frontdoor.connection.DrainProperties;
import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.Eviction;
import dev.frontdoor.notifier.EvictionProgress.State;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.push.InstanceWorkers;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.ServiceContext;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;

/** Which workers an eviction closes, when, and what ends it. */
class EvictionTests {

    private static final Duration WINDOW = Duration.ofSeconds(20);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final ServiceContext service =
            new ServiceContext(
                    "frontdoor.limits.connect-timeout=1h", "frontdoor.heartbeat.interval=0s");
    private final ConnectedWorkers workers = new ConnectedWorkers(service);
    private final Workers api = service.bean(Workers.class);

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void countOfWorkersIsInvitedToReconnectAndTheOthersStay() {
        List<Worker> all = register(20);
        Eviction eviction = api.evict(EvictionRequest.count(5, WorkerFilter.ALL));

        service.time().advance(WINDOW.plus(CloseRunner.INTERVAL));

        assertThat(all.stream().map(Worker::closed).filter(CloseCause.MOVED::equals)).hasSize(5);
        assertThat(all.stream().filter(worker -> worker.closed() == null)).hasSize(15);
        awaitEnd(eviction, State.FINISHED);
        assertThat(eviction.progress().selected()).isEqualTo(5);
        assertThat(eviction.progress().remaining()).isZero();
    }

    @Test
    void workersEvictedForGoodAreToldNotToReconnect() {
        Worker worker = workers.register("worker-7");
        Worker other = workers.register("worker-8");
        api.evict(EvictionRequest.all(WorkerFilter.identity("worker-7")).forGood());

        service.time().advance(WINDOW.plus(CloseRunner.INTERVAL));

        assertThat(worker.closed()).isEqualTo(CloseCause.EVICTED);
        assertThat(other.closed()).isNull();
    }

    @Test
    void shareIsRoundedToWholeWorkers() {
        register(10);

        assertThat(selected(EvictionRequest.share(0.25, WorkerFilter.ALL))).isEqualTo(3);
        assertThat(selected(EvictionRequest.share(0.07, WorkerFilter.ALL))).isZero();
        assertThat(selected(EvictionRequest.share(1, WorkerFilter.ALL))).isEqualTo(7);
    }

    @Test
    void closesFollowTheRate() {
        List<Worker> all = register(10);
        Eviction eviction = api.evict(EvictionRequest.all(WorkerFilter.ALL).withRatePerSecond(2));

        service.time().advance(Duration.ofMillis(2500));

        assertThat(closed(all)).hasSizeBetween(4, 6);
        assertThat(eviction.progress().remaining()).isEqualTo(10 - closed(all).size());
        service.time().advance(Duration.ofMillis(3500));
        assertThat(closed(all)).hasSize(10);
    }

    @Test
    void deadlineClosesWhatTheRateLeftOpen() {
        List<Worker> all = register(10);
        api.evict(
                EvictionRequest.all(WorkerFilter.ALL)
                        .withRatePerSecond(1)
                        .withDeadline(Duration.ofSeconds(3)));

        service.time().advance(Duration.ofMillis(2900));
        assertThat(closed(all).size()).isLessThan(5);
        service.time().advance(Duration.ofMillis(200));

        assertThat(closed(all)).hasSize(10);
    }

    @Test
    void pushThatIsPendingGoesOnAndNoFurtherOneIsSent() {
        Worker worker = workers.register("worker-7");
        CompletableFuture<byte[]> pending = push("worker-7");
        Eviction eviction = api.evict(EvictionRequest.all(WorkerFilter.ALL));

        assertThat(failure(push("worker-7"))).isEqualTo(Reason.EVICTING);
        assertThat(sendFailure("worker-7")).isEqualTo(Reason.EVICTING);
        service.time().advance(GRACE.minus(CloseRunner.INTERVAL));
        assertThat(worker.closed()).isNull();
        worker.sends(new PushReply(0, 1, 1, Bytes.EMPTY));
        assertThat(pending).succeedsWithin(ServerUnderTest.MAX_WAIT);
        service.time().advance(WINDOW);

        assertThat(worker.closed()).isEqualTo(CloseCause.MOVED);
        awaitEnd(eviction, State.FINISHED);
    }

    @Test
    void pushThatIsNotRepliedHoldsItsWorkerForTheGraceOnly() {
        Worker worker = workers.register("worker-7");
        CompletableFuture<byte[]> pending = push("worker-7");
        api.evict(EvictionRequest.all(WorkerFilter.ALL).withDeadline(GRACE));

        service.time().advance(GRACE.minus(CloseRunner.INTERVAL.multipliedBy(2)));
        assertThat(worker.closed()).isNull();
        service.time().advance(CloseRunner.INTERVAL.multipliedBy(4));

        assertThat(worker.closed()).isEqualTo(CloseCause.MOVED);
        assertThat(pending).failsWithin(ServerUnderTest.MAX_WAIT);
        assertThat(failure(pending)).isEqualTo(Reason.DISCONNECTED);
    }

    @Test
    void labelsSelectWorkersToo() {
        Worker chosen = workers.register("worker-1");
        Worker other = workers.register("worker-2");
        assertThat(api.annotate(pidOf("worker-1"), Map.of("zone", "eu1"))).isTrue();
        assertThat(api.annotate(pidOf("worker-2"), Map.of("zone", "us1"))).isTrue();

        api.evict(EvictionRequest.all(WorkerFilter.ALL.withLabel("zone", "eu*")));
        service.time().advance(WINDOW.plus(CloseRunner.INTERVAL));

        assertThat(chosen.closed()).isEqualTo(CloseCause.MOVED);
        assertThat(other.closed()).isNull();
    }

    @Test
    void workersThatComeBackAreNotEvictedAgain() {
        register(5);
        Eviction eviction = api.evict(EvictionRequest.all(WorkerFilter.ALL));
        service.time().advance(WINDOW.dividedBy(2));
        List<Worker> back = register(5);

        service.time().advance(WINDOW);

        awaitEnd(eviction, State.FINISHED);
        assertThat(closed(back)).isEmpty();
        assertThat(failure(push("worker-1"))).isNull();
    }

    @Test
    void evictionIsOverAsSoonAsItsWorkersAreGone() {
        List<Worker> all = register(5);
        Eviction eviction = api.evict(EvictionRequest.all(WorkerFilter.ALL));

        all.forEach(Worker::vanishes);
        service.time().advance(CloseRunner.INTERVAL.multipliedBy(2));

        awaitEnd(eviction, State.FINISHED);
    }

    @Test
    void evictionOfNobodyIsOver() {
        Eviction eviction = api.evict(EvictionRequest.all(WorkerFilter.identity("nobody")));

        assertThat(eviction.progress().state()).isEqualTo(State.FINISHED);
        assertThat(eviction.cancel()).isFalse();
    }

    @Test
    void canceledEvictionClosesNobodyElseAndPushesAreSentAgain() {
        List<Worker> all = register(20);
        Eviction eviction = api.evict(EvictionRequest.all(WorkerFilter.ALL));
        service.time().advance(WINDOW.dividedBy(2));
        int closed = closed(all).size();
        assertThat(closed).isBetween(9, 11);

        assertThat(eviction.cancel()).isTrue();
        assertThat(eviction.cancel()).isFalse();
        service.time().advance(WINDOW.plus(GRACE));

        assertThat(closed(all)).hasSize(closed);
        assertThat(eviction.progress().state()).isEqualTo(State.CANCELED);
        assertThat(eviction.progress().remaining()).isEqualTo(20 - closed);
        long left = api.list(WorkerFilter.ALL).getFirst().pid();
        assertThat(api.push(left, new byte[1], Duration.ofMinutes(5))).isNotDone();
    }

    @Test
    void evictionsAtTheSameTimeHaveNoWorkerInCommon() {
        register(20);
        Eviction first = api.evict(EvictionRequest.count(12, WorkerFilter.ALL));
        Eviction second = api.evict(EvictionRequest.count(12, WorkerFilter.ALL).forGood());

        assertThat(first.progress().selected()).isEqualTo(12);
        assertThat(second.progress().selected()).isEqualTo(8);
        service.time().advance(WINDOW.plus(CloseRunner.INTERVAL));

        assertThat(departures(CloseCause.MOVED)).hasSize(12);
        assertThat(departures(CloseCause.EVICTED)).hasSize(8);
    }

    @Test
    void drainSupersedesEvictionsAndClosesEachWorkerOnce() {
        List<Worker> all = register(20);
        Eviction eviction = api.evict(EvictionRequest.all(WorkerFilter.ALL).forGood());
        service.time().advance(WINDOW.dividedBy(2));
        int evicted = closed(all).size();
        Drain drain = service.bean(Drain.class);

        drain.begin("a test");

        assertThat(eviction.progress().state()).isEqualTo(State.SUPERSEDED);
        assertThatIllegalStateException()
                .isThrownBy(() -> api.evict(EvictionRequest.all(WorkerFilter.ALL)))
                .withMessageContaining("drains");
        service.time().advance(WINDOW.plus(CloseRunner.INTERVAL));
        assertThat(departures(CloseCause.EVICTED)).hasSize(evicted);
        assertThat(departures(CloseCause.SERVICE_RESTART)).hasSize(20 - evicted);
        await().pollInSameThread()
                .atMost(ServerUnderTest.MAX_WAIT)
                .until(() -> {
                    service.time().advance(CloseRunner.INTERVAL);
                    return drain.status().state() == Drain.State.DRAINED;
                });
    }

    @Test
    void drainRefusesPushesUntilItIsCanceled() {
        workers.register("worker-7");
        Drain drain = service.bean(Drain.class);

        drain.begin("a test");
        assertThat(failure(push("worker-7"))).isEqualTo(Reason.EVICTING);
        assertThat(drain.cancel("a test")).isTrue();

        assertThat(failure(push("worker-7"))).isNull();
        Eviction eviction = api.evict(EvictionRequest.all(WorkerFilter.ALL));
        assertThat(eviction.progress().selected()).isOne();
    }

    @Test
    void onlySoManyAreInProgressAndTheLatestAreRemembered() {
        register(Evictions.MAX_RUNNING);
        Eviction oldest = api.evict(EvictionRequest.count(1, WorkerFilter.ALL));
        for (int i = 0; i < Evictions.MAX_REMEMBERED; i++) {
            api.evict(EvictionRequest.count(1, WorkerFilter.identity("nobody")));
        }
        for (int i = 1; i < Evictions.MAX_RUNNING; i++) {
            api.evict(EvictionRequest.count(1, WorkerFilter.ALL));
        }

        assertThatIllegalStateException()
                .isThrownBy(() -> api.evict(EvictionRequest.count(1, WorkerFilter.ALL)))
                .withMessageContaining("10 evictions are in progress");
        assertThat(api.evictions())
                .hasSize(Evictions.MAX_REMEMBERED)
                .isSortedAccordingTo((a, b) -> Long.compare(b.id(), a.id()))
                .contains(oldest);
        assertThat(service.value("frontdoor.evictions.running")).isEqualTo(10);
        assertThat(oldest.cancel()).isTrue();
        assertThat(service.value("frontdoor.evictions", "outcome", "canceled")).isOne();
        assertThat(service.value("frontdoor.evictions", "outcome", "finished"))
                .isEqualTo(Evictions.MAX_REMEMBERED);
        assertThat(selected(EvictionRequest.count(1, WorkerFilter.ALL))).isOne();
    }

    @Test
    void evictionThatCannotBeginLeavesItsWorkersAsTheyWere() {
        Worker worker = workers.register("worker-7");
        ScheduledExecutorService gone = Executors.newSingleThreadScheduledExecutor();
        gone.shutdownNow();
        PushService pushes = service.bean(PushService.class);
        Evictions fragile =
                new Evictions(
                        service.bean(DrainProperties.class),
                        service.bean(InstanceWorkers.class),
                        service.bean(LiveTable.class),
                        pushes,
                        service.bean(DrainAnnouncer.class),
                        new CloseRunner(pushes, service.time(), gone),
                        new EvictionMetrics(new SimpleMeterRegistry()),
                        service.time());

        assertThat(
                        catchThrowableOfType(
                                RejectedExecutionException.class,
                                () ->
                                        fragile.evict(
                                                EvictionRequest.all(WorkerFilter.ALL), "a test")))
                .isNotNull();

        assertThat(fragile.evictions().getFirst().progress().state()).isEqualTo(State.CANCELED);
        assertThat(failure(push("worker-7"))).isNull();
        assertThat(worker.closed()).isNull();
    }

    private List<Worker> register(int count) {
        List<Worker> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(workers.register("worker-" + i));
        }
        return all;
    }

    private int selected(EvictionRequest request) {
        return api.evict(request).progress().selected();
    }

    private static List<Worker> closed(List<Worker> workers) {
        return workers.stream().filter(worker -> worker.closed() != null).toList();
    }

    /** The pids that were closed for a cause, each of which has ended once. */
    private Set<Long> departures(CloseCause cause) {
        List<Long> pids =
                service.bean(Departures.class).newestFirst().stream()
                        .map(Departures.Numbered::departed)
                        .filter(departed -> departed.departure().reason().equals(cause.reason()))
                        .map(DepartedWorker::pid)
                        .toList();
        assertThat(pids).doesNotHaveDuplicates();
        return new HashSet<>(pids);
    }

    private CompletableFuture<byte[]> push(String identity) {
        CompletableFuture<byte[]> push =
                api.push(pidOf(identity), new byte[1], Duration.ofMinutes(5));
        service.time().runTasks();
        return push;
    }

    private @Nullable Reason sendFailure(String identity) {
        return catchThrowableOfType(
                        PushException.class, () -> api.send(pidOf(identity), new byte[1]))
                .reason();
    }

    private long pidOf(String identity) {
        return api.list(WorkerFilter.identity(identity)).stream()
                .mapToLong(ConnectedWorker::pid)
                .findFirst()
                .orElseThrow();
    }

    /** Why a push was not admitted; null if it is pending. */
    private static @Nullable Reason failure(CompletableFuture<byte[]> push) {
        return push.isDone() ? ((PushException) push.exceptionNow()).reason() : null;
    }

    private void awaitEnd(Eviction eviction, State state) {
        await().pollInSameThread()
                .pollInterval(Duration.ofMillis(1))
                .atMost(ServerUnderTest.MAX_WAIT)
                .until(() -> {
                    service.time().advance(CloseRunner.INTERVAL);
                    return eviction.progress().state() == state;
                });
    }
}
