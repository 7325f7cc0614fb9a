package com.example.dispatcher;

import dev.frontdoor.notifier.Fleet;
import dev.frontdoor.notifier.FleetFilter;
import dev.frontdoor.notifier.FleetPage;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.protocol.WorkerRegistration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * At each interval, shows the other instances that this one is alive, takes over the tasks of those
 * that are not, and reads who the workers of the fleet are. An instance is dead if this one has
 * seen the same heartbeat several times in a row. So clocks do not matter, and an outage of Redis
 * makes nobody dead.
 */
final class Heartbeat implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private static final int MAX_MISSED = 5;

    /** A single failure is usual at a stop: Redis is disconnected before this bean is closed. */
    private static final int ALARMING = 2;

    private static final int PAGE = 1000;
    private static final int MAX_PAGES = 100;
    private static final int BATCH = 100;

    /** Redis does nothing else while it moves tasks. */
    private static final int MAX_CLAIM = 1000;

    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);

    private final String instance;
    private final RedisTasks redis;
    private final AcceptedTasks tasks;
    private final Dispatcher dispatcher;
    private final Fleet fleet;
    private final Duration interval;
    private final Map<String, LastSeen> lastSeen = new HashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("dispatcher-heartbeat").daemon().factory());
    private int failures;

    /**
     * What this instance has seen of another one.
     *
     * @param heartbeat its last heartbeat
     * @param missed how often that was there before
     */
    private record LastSeen(String heartbeat, int missed) {

        static LastSeen next(LastSeen before, LastSeen now) {
            return before.heartbeat.equals(now.heartbeat)
                    ? new LastSeen(before.heartbeat, before.missed + 1)
                    : now;
        }
    }

    Heartbeat(
            String instance,
            RedisTasks redis,
            AcceptedTasks tasks,
            Dispatcher dispatcher,
            Fleet fleet,
            Duration interval) {
        this.instance = instance;
        this.redis = redis;
        this.tasks = tasks;
        this.dispatcher = dispatcher;
        this.fleet = fleet;
        this.interval = interval;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        timer.scheduleWithFixedDelay(this::beat, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void beat() {
        try {
            dispatcher.onHeartbeat(redis.beat() == 1);
            dispatcher.replaceRemoteWorkers(remoteWorkers());
            takeOverTasks();
            if (failures >= ALARMING) {
                log.info("the fleet can be reached again");
            }
            failures = 0;
        } catch (Exception e) {
            // Nobody is dead because this instance could not look.
            lastSeen.clear();
            if (++failures == ALARMING) {
                log.warn("the fleet cannot be reached: {}", e.getMessage());
            }
        }
    }

    private void takeOverTasks() {
        Map<String, String> heartbeats = redis.heartbeats();
        lastSeen.keySet().retainAll(heartbeats.keySet());
        heartbeats.forEach((other, heartbeat) -> {
            LastSeen seen = lastSeen.merge(other, new LastSeen(heartbeat, 0), LastSeen::next);
            if (seen.missed >= MAX_MISSED && !other.equals(instance)) {
                long claimed = redis.claim(other, heartbeat, Math.min(tasks.room(), MAX_CLAIM));
                if (claimed > 0) {
                    log.info("takes over {} tasks of {}, which is dead", claimed, other);
                }
            }
        });
        if (redis.size() > tasks.size()) {
            beginClaimed();
        }
    }

    /** Begins the tasks that Redis says are those of this instance, and that it does not have. */
    private void beginClaimed() {
        List<String> claimed = redis.ids().stream().filter(id -> !tasks.has(id)).toList();
        for (int i = 0; i < claimed.size(); i += BATCH) {
            List<String> batch = claimed.subList(i, Math.min(i + BATCH, claimed.size()));
            redis.read(batch).forEach(dispatcher::takeOver);
        }
    }

    private Map<WorkerId, WorkerRegistration> remoteWorkers() throws Exception {
        Map<WorkerId, WorkerRegistration> remote = new HashMap<>();
        String after = null;
        for (int i = 0; i < MAX_PAGES; i++) {
            FleetPage page =
                    fleet.list(FleetFilter.ALL, PAGE, after)
                            .get(TIME_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
            for (FleetWorker worker : page.workers()) {
                if (!worker.instance().equals(instance)) {
                    remote.put(
                            new WorkerId(worker.instance(), worker.pid()), worker.registration());
                }
            }
            after = page.next();
            if (after == null) {
                return remote;
            }
        }
        return remote;
    }
}
