package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.connection.drain.Drain;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.DrainNotice;
import dev.frontdoor.notifier.Eviction;
import dev.frontdoor.notifier.EvictionProgress.State;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.ServiceContext;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * Workers come and go while evictions, drains and bans begin and end at random. A connection is
 * closed only after the notifiers have learned of it, and only while an order for it is in force. A
 * push is refused exactly then. No notifier sees a banned identity.
 *
 * <p>{@code -Dseed=N} repeats the operations of a failed run.
 */
class RandomizedEvictionTests {

    private static final int STEPS = Boolean.getBoolean("long") ? 10_000 : 700;

    /** The operations are random, so a run of usual length may miss a kind of close. */
    private static final int MAX_STEPS = 20 * STEPS;

    private static final List<Integer> CODES = List.of(1012, 4500, 4502);
    private static final int IDENTITIES = 30;
    private static final int EVICTIONS = 5;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Checking notifier = new Checking();
    private final ServiceContext service =
            new ServiceContext(
                    "checking",
                    notifier,
                    "frontdoor.limits.connect-timeout=1h",
                    "frontdoor.heartbeat.interval=0s",
                    "frontdoor.pushes.max-pending-per-worker=1000000");
    private final ConnectedWorkers workers = new ConnectedWorkers(service);
    private final Workers api = service.bean(Workers.class);
    private final Drain drain = service.bean(Drain.class);

    private final Map<String, Registered> open = new HashMap<>();
    private final Map<Eviction, Set<Long>> evictions = new HashMap<>();
    private final Map<Integer, Integer> closes = new HashMap<>();
    private boolean draining;
    private int refusedPushes;

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void closesFollowTheirNoticeAndBannedWorkersAreNeverSeen() {
        notifier.workers = api;
        for (int i = 0; i < STEPS || (i < MAX_STEPS && !hasSeenAll()); i++) {
            operate();
            assertThat(notifier.faults).as("seed %d", seed).isEmpty();
        }
        assertThat(drain.cancel("a test")).isTrue();
        open.values().forEach(each -> each.worker.vanishes());

        eventually(notifier.held::isEmpty);
        assertThat(notifier.faults).as("seed %d", seed).isEmpty();
        assertThat(closes).as("seed %d", seed).containsOnlyKeys(CODES);
        assertThat(refusedPushes).as("seed %d", seed).isPositive();
    }

    private boolean hasSeenAll() {
        return closes.keySet().containsAll(CODES) && refusedPushes > 0;
    }

    private void operate() {
        switch (random.nextInt(16)) {
            case 0 -> leave();
            case 1 -> evict();
            case 2 -> cancelEviction();
            case 3 -> drain();
            case 4 -> ban();
            case 5, 6 -> cancelDrainAndUnban();
            case 7, 8, 9 -> push();
            case 10, 11, 12 -> advance();
            default -> register();
        }
    }

    private void register() {
        String identity = identity();
        Registered former = open.remove(identity);
        if (former != null) {
            former.worker.vanishes();
        }
        Worker worker = workers.connect();
        worker.sends(new WorkerRegister(0, TestWorker.registration(identity)));
        eventually(() -> answer(worker) != null);
        // An eviction without a window closes its workers as soon as the tasks run.
        checkClosed();
        WorkerRegisterAck answer = answer(worker);
        assertThat(answer != null && answer.accepted())
                .as("%s, seed %d", answer, seed)
                .isEqualTo(!drain.hasBegun() && !notifier.banned.contains(identity));
        if (drain.hasBegun() || notifier.banned.contains(identity)) {
            worker.vanishes();
        } else {
            open.put(identity, new Registered(worker, worker.connection.pid()));
        }
    }

    private static @Nullable WorkerRegisterAck answer(Worker worker) {
        return worker.transport.sent.stream()
                .filter(WorkerRegisterAck.class::isInstance)
                .map(WorkerRegisterAck.class::cast)
                .findFirst()
                .orElse(null);
    }

    private void leave() {
        Registered leaving = open.remove(identity());
        if (leaving != null) {
            leaving.worker.vanishes();
        }
    }

    private void push() {
        Registered pushed = open.get(identity());
        if (pushed == null) {
            return;
        }
        CompletableFuture<byte[]> push = api.push(pushed.pid, new byte[1], Duration.ofDays(1));
        boolean refused =
                push.isDone() && ((PushException) push.exceptionNow()).reason() == Reason.EVICTING;
        assertThat(refused).as("seed %d", seed).isEqualTo(isToBeClosed(pushed.pid));
        refusedPushes += refused ? 1 : 0;
        if (random.nextBoolean()) {
            push.cancel(false);
        }
    }

    private void evict() {
        if (drain.hasBegun() || evictions.size() == EVICTIONS) {
            return;
        }
        WorkerFilter filter =
                random.nextBoolean() ? WorkerFilter.ALL : WorkerFilter.identity("worker-1*");
        EvictionRequest request =
                EvictionRequest.share(random.nextDouble(0.1, 0.5), filter)
                        .withDeadline(Duration.ofMillis(random.nextInt(20_000)));
        Eviction eviction = api.evict(random.nextBoolean() ? request : request.forGood());
        if (eviction.progress().selected() > 0) {
            evictions.put(eviction, new HashSet<>(notifier.awaitNotice().pids()));
        }
    }

    private void cancelEviction() {
        evictions.keySet().stream()
                .findFirst()
                .ifPresent(eviction -> {
                    boolean _ = eviction.cancel();
                    checkClosed();
                    evictions.remove(eviction);
                });
    }

    private void drain() {
        if (!drain.hasBegun() && random.nextInt(3) == 0) {
            drain.begin("a test");
            draining = true;
            DrainNotice notice = notifier.awaitNotice();
            assertThat(notice.all()).isTrue();
            assertThat(notice.pids())
                    .as("seed %d", seed)
                    .containsAll(open.values().stream().map(Registered::pid).toList());
            evictions.clear();
        }
    }

    private void ban() {
        String identity = identity();
        if (random.nextBoolean()) {
            notifier.banned.add(identity);
            api.ban(identity, Duration.ofDays(1), "scripted");
        } else {
            notifier.banned.add(identity);
            api.banAndDisconnect(identity, Duration.ofDays(1), "scripted");
        }
        checkClosed();
    }

    private void cancelDrainAndUnban() {
        assertThat(drain.cancel("a test")).isTrue();
        checkClosed();
        draining = false;
        String identity = identity();
        assertThat(api.unban(identity)).isEqualTo(notifier.banned.contains(identity));
        notifier.banned.remove(identity);
    }

    private void advance() {
        service.time().advance(Duration.ofMillis(random.nextInt(5_000)));
        List<Eviction> ended =
                evictions.keySet().stream()
                        .filter(eviction -> eviction.progress().state() != State.RUNNING)
                        .toList();
        checkClosed();
        evictions.keySet().removeAll(ended);
    }

    /** Checks what was closed so far. What is closed after that needs another order. */
    private void checkClosed() {
        service.time().runTasks();
        open.entrySet()
                .removeIf(each -> {
                    CloseCause cause = each.getValue().worker.closed();
                    if (cause != null) {
                        checkClosed(each.getKey(), each.getValue().pid, cause);
                    }
                    return cause != null;
                });
    }

    private void checkClosed(String identity, long pid, CloseCause cause) {
        closes.merge(cause.code(), 1, Integer::sum);
        if (cause.code() == 4500) {
            assertThat(notifier.banned).as("seed %d", seed).contains(identity);
        } else {
            assertThat(isToBeClosed(pid)).as("pid %d, %s, seed %d", pid, cause, seed).isTrue();
            assertThat(notifier.announced).as("seed %d", seed).contains(pid);
        }
    }

    private boolean isToBeClosed(long pid) {
        return draining || evictions.values().stream().anyMatch(pids -> pids.contains(pid));
    }

    private String identity() {
        return "worker-" + random.nextInt(IDENTITIES);
    }

    private void eventually(BooleanSupplier condition) {
        await().pollInSameThread()
                .pollInterval(Duration.ofMillis(1))
                .atMost(ServerUnderTest.MAX_WAIT)
                .until(() -> {
                    service.time().runTasks();
                    return condition.getAsBoolean();
                });
    }

    private record Registered(Worker worker, long pid) {}

    /** Records violations of the contract. Half of its notices fail. */
    private static final class Checking implements ConnectionNotifier {

        final Queue<String> faults = new ConcurrentLinkedQueue<>();
        final Set<String> banned = ConcurrentHashMap.newKeySet();
        final Set<Long> held = ConcurrentHashMap.newKeySet();
        final Set<Long> announced = ConcurrentHashMap.newKeySet();
        private final List<DrainNotice> notices = new CopyOnWriteArrayList<>();
        private int awaited;
        volatile @Nullable Workers workers;

        /** The next notice. */
        DrainNotice awaitNotice() {
            await().atMost(ServerUnderTest.MAX_WAIT).until(() -> notices.size() > awaited);
            return notices.get(awaited++);
        }

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            if (banned.contains(registration.identity())) {
                faults.add("pid %d is banned".formatted(pid));
            }
            held.add(pid);
        }

        @Override
        public void onWorkerAdmitted(long pid) {
            Workers table = workers;
            if (!held.contains(pid) || table == null) {
                faults.add("pid %d is admitted, but not held".formatted(pid));
            } else if (table.find(pid).isEmpty()
                    && table.connection(pid).orElseThrow().departure() == null) {
                faults.add("the table does not show pid %d, which was admitted".formatted(pid));
            }
        }

        @Override
        public void onWorkerUnregistered(long pid) {
            if (!held.remove(pid)) {
                faults.add("pid %d was not held".formatted(pid));
            }
        }

        @Override
        public void onDrain(DrainNotice notice) {
            announced.addAll(notice.pids());
            notices.add(notice);
            if (notices.size() % 2 == 0) {
                throw new IllegalStateException("scripted");
            }
        }
    }
}
