package dev.frontdoor.connection.drain;

import dev.frontdoor.connection.DrainProperties;
import dev.frontdoor.notifier.Eviction;
import dev.frontdoor.notifier.EvictionProgress.State;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.push.InstanceWorkers;
import dev.frontdoor.push.PushService;
import dev.frontdoor.push.WorkerEvictions;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.LiveWorker;
import dev.frontdoor.registration.WorkerLink;

import io.micrometer.core.instrument.Clock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Evicts workers: chooses them once, announces it, and closes them like a drain does. The evictions
 * in progress have no worker in common. A drain supersedes them. Used by any thread.
 */
public final class Evictions implements WorkerEvictions {

    private static final Logger log = LoggerFactory.getLogger(Evictions.class);

    /** How many evictions may be in progress. */
    public static final int MAX_RUNNING = 10;

    /** How many are remembered, those in progress included. */
    public static final int MAX_REMEMBERED = 100;

    private final DrainProperties properties;
    private final InstanceWorkers workers;
    private final LiveTable table;
    private final PushService pushes;
    private final DrainAnnouncer announcer;
    private final CloseRunner runner;
    private final EvictionMetrics metrics;
    private final Clock clock;
    private final Deque<WorkerEviction> newestFirst = new ArrayDeque<>();
    private long lastId;
    private boolean accepting = true;

    Evictions(
            DrainProperties properties,
            InstanceWorkers workers,
            LiveTable table,
            PushService pushes,
            DrainAnnouncer announcer,
            CloseRunner runner,
            EvictionMetrics metrics,
            Clock clock) {
        this.properties = properties;
        this.workers = workers;
        this.table = table;
        this.pushes = pushes;
        this.announcer = announcer;
        this.runner = runner;
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public WorkerEviction evict(EvictionRequest request, String by) {
        WorkerEviction eviction;
        ClosePace pace;
        synchronized (this) {
            requireFree();
            List<WorkerLink> chosen = choose(request);
            pace = ClosePace.of(request, chosen.size(), properties);
            eviction = create(request, by, chosen, pace);
            newestFirst.addFirst(eviction);
            metrics.begun();
            forgetOldest();
        }
        Set<Long> pids = request.pids();
        log.info(
                "eviction {} by {} within {}, {}; workers: {}; {}",
                eviction.id(),
                by,
                pace.longest(),
                eviction.comeBack() ? "invited back" : "for good",
                eviction.progress().selected(),
                pids == null ? request : "named by pid: %s".formatted(pids.size()));
        start(eviction, pace);
        return eviction;
    }

    @Override
    public synchronized List<Eviction> evictions() {
        return List.copyOf(newestFirst);
    }

    /** Those in progress and the latest that have ended, newest first. */
    public synchronized List<WorkerEviction> newestFirst() {
        return List.copyOf(newestFirst);
    }

    /** The eviction with this number; empty if there is none, or none any more. */
    public Optional<WorkerEviction> find(long id) {
        return newestFirst().stream().filter(eviction -> eviction.id() == id).findFirst();
    }

    /** Supersedes the evictions in progress, and refuses further ones. */
    void stopAccepting() {
        synchronized (this) {
            accepting = false;
        }
        newestFirst().forEach(eviction -> eviction.end(State.SUPERSEDED));
    }

    /** Takes evictions again. */
    synchronized void startAccepting() {
        accepting = true;
    }

    private void requireFree() {
        if (!accepting) {
            throw new IllegalStateException(
                    "the service drains, which closes all connections; cancel the drain first");
        }
        if (metrics.inProgress() >= MAX_RUNNING) {
            throw new IllegalStateException(
                    "%s evictions are in progress, the maximum; wait, or cancel one"
                            .formatted(MAX_RUNNING));
        }
    }

    /** From here on, the chosen workers get no more pushes. */
    private List<WorkerLink> choose(EvictionRequest request) {
        List<WorkerLink> free = new ArrayList<>();
        Set<Long> pids = request.pids();
        for (LiveWorker worker : workers.selected(request.filter()).toList()) {
            if ((pids == null || pids.contains(worker.pid())) && !pushes.isStopped(worker.pid())) {
                free.add(worker.link());
            }
        }
        Collections.shuffle(free, ThreadLocalRandom.current());
        int most = most(request, free.size());
        List<WorkerLink> chosen = new ArrayList<>();
        for (WorkerLink link : free) {
            if (chosen.size() < most && pushes.stopPushes(link.pid())) {
                chosen.add(link);
            }
        }
        return chosen;
    }

    private static int most(EvictionRequest request, int free) {
        Integer count = request.count();
        Double share = request.share();
        if (count != null) {
            return count;
        }
        return share == null ? free : (int) Math.round(share * free);
    }

    private WorkerEviction create(
            EvictionRequest request, String by, List<WorkerLink> chosen, ClosePace pace) {
        Instant now = Instant.ofEpochMilli(clock.wallTime());
        lastId++;
        return new WorkerEviction(
                lastId,
                by,
                request.comeBack() ? CloseCause.MOVED : CloseCause.EVICTED,
                chosen,
                table,
                announcer,
                now,
                now.plus(pace.longest()),
                this::ended);
    }

    private void start(WorkerEviction eviction, ClosePace pace) {
        List<Long> pids = eviction.pids();
        if (pids.isEmpty()) {
            boolean _ = eviction.end(State.FINISHED);
            return;
        }
        boolean started = false;
        try {
            runner.start(
                    eviction,
                    pace,
                    announcer.announcePart(pids, eviction.progress().deadline()),
                    eviction.over(),
                    () -> {
                        boolean _ = eviction.end(State.FINISHED);
                    });
            started = true;
        } finally {
            if (!started) {
                boolean _ = eviction.cancel();
            }
        }
    }

    private void ended(WorkerEviction eviction, List<WorkerLink> chosen) {
        chosen.forEach(link -> pushes.resumePushes(link.pid()));
        metrics.ended(eviction.progress().state());
    }

    /** Those in progress can still be canceled, so they are not forgotten. */
    private void forgetOldest() {
        Iterator<WorkerEviction> oldestFirst = newestFirst.descendingIterator();
        while (newestFirst.size() > MAX_REMEMBERED && oldestFirst.hasNext()) {
            if (!oldestFirst.next().isInForce()) {
                oldestFirst.remove();
            }
        }
    }
}
