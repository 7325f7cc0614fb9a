package com.example.dispatcher;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.DrainNotice;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.WorkerRegistration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;

/**
 * Gives each task to the least busy worker that serves its task queue and its activity type. If the
 * worker disconnects or is busy, another one gets the task. So a task may run twice, if its worker
 * disconnects before it replies: workers must allow that. A task that no worker can take waits.
 *
 * <p>On a fleet, workers of all instances get tasks, and {@link Heartbeat} takes over the tasks of
 * instances that have died. An instance that misses its heartbeats for long counts as dead, too, so
 * its tasks may run twice.
 *
 * <p>All state belongs to one thread, and each event is executed by it. So nothing needs a lock.
 */
public final class Dispatcher implements ConnectionNotifier, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    /** Nobody calls when a drain or an eviction is canceled, so its workers are tried again. */
    private static final Duration LONGEST_REST = Duration.ofSeconds(10);

    private final String instance;
    private final Workers workers;
    private final Pusher pusher;
    private final AcceptedTasks tasks;
    private final DispatcherProperties properties;
    private final WorkerPool pool;
    private final WaitingTasks waiting = new WaitingTasks();
    private final ScheduledExecutorService thread =
            new ScheduledThreadPoolExecutor(
                    1,
                    Thread.ofPlatform().name("dispatcher").daemon().factory(),
                    new DiscardPolicy());

    Dispatcher(
            String instance,
            Workers workers,
            Pusher pusher,
            AcceptedTasks tasks,
            DispatcherProperties properties) {
        this.instance = instance;
        this.workers = workers;
        this.pusher = pusher;
        this.tasks = tasks;
        this.properties = properties;
        this.pool = new WorkerPool(properties.maxPendingPerWorker());
    }

    /**
     * Submits a task. Its result completes with the worker's reply. It fails with {@code
     * TimeoutException} if there is none within the time limit, with {@link PushException} if a
     * worker refuses the task for another reason than being busy, and with {@link
     * RejectedExecutionException} if the dispatcher is full or stops, or if the task cannot be
     * stored. Dependent stages must not block.
     *
     * @param payload what the worker receives; copied
     * @param timeLimit maximum time until the reply, at most a day
     * @throws IllegalArgumentException if an argument is not allowed
     */
    public Task submit(String taskQueue, String activityType, byte[] payload, Duration timeLimit) {
        properties.requireAllowed(taskQueue, activityType, payload, timeLimit);
        Route route = new Route(taskQueue, activityType);
        Task task = new Task(UUID.randomUUID().toString(), route, payload, timeLimit, 0);
        if (thread.isShutdown() || !tasks.add(task)) {
            task.reject(new RejectedExecutionException("the dispatcher is full or has stopped"));
            return task;
        }
        watch(task);
        tasks.keep(task)
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        begin(task);
                    } else {
                        task.reject(
                                new RejectedExecutionException(
                                        "the task cannot be stored", failure));
                    }
                });
        return task;
    }

    private void watch(Task task) {
        task.result()
                .whenComplete((reply, failure) ->
                        thread.execute(() -> {
                            waiting.remove(task);
                            tasks.forget(task);
                        }));
    }

    private void begin(Task task) {
        task.stored().complete(null);
        thread.execute(() -> {
            if (!task.result().isDone()) {
                waiting.addLast(task);
                dispatch(task.route());
            }
        });
    }

    /** Accepts each worker. It gets its first task when it is admitted. */
    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {}

    @Override
    public void onWorkerAdmitted(long pid) {
        workers.find(pid)
                .ifPresent(admitted ->
                        thread.execute(
                                () -> dispatchTo(pool.admit(own(pid), admitted.registration()))));
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        thread.execute(() -> pool.remove(own(pid)));
    }

    /** Gives these workers nothing new. A push that comes too early fails, and costs little. */
    @Override
    public void onDrain(DrainNotice notice) {
        Duration left = Duration.between(Instant.now(), notice.deadline());
        Duration pause = left.compareTo(LONGEST_REST) < 0 ? left : LONGEST_REST;
        thread.execute(() ->
                notice.pids()
                        .forEach(pid ->
                                pool.find(own(pid)).ifPresent(worker -> rest(worker, pause))));
    }

    private WorkerId own(long pid) {
        return new WorkerId(instance, pid);
    }

    /** These are the workers of other instances now. */
    void replaceRemoteWorkers(Map<WorkerId, WorkerRegistration> remote) {
        thread.execute(() -> {
            pool.removeIf(id -> !id.instance().equals(instance) && !remote.containsKey(id));
            remote.forEach(pool::admit);
            waiting.routes().forEach(this::dispatch);
        });
    }

    /** Executes a task that another instance has left. False if there is no room. */
    boolean takeOver(Task task) {
        if (!tasks.add(task)) {
            return false;
        }
        watch(task);
        // Whoever submitted it is gone. To use the reply, do it here.
        task.result()
                .whenComplete((reply, failure) -> {
                    if (failure == null) {
                        log.info("task {} of another instance is done", task.id());
                    } else {
                        log.warn("task {} of another instance has failed", task.id(), failure);
                    }
                });
        begin(task);
        return true;
    }

    /** The store answers again, or for the first time. */
    void onHeartbeat(boolean first) {
        thread.execute(() -> {
            if (first) {
                tasks.keepAll();
            }
            tasks.forgetEnded();
        });
    }

    /** Fails the tasks that wait, when the service has drained. They stay in the store. */
    @Override
    public void close() {
        RejectedExecutionException stopped = new RejectedExecutionException("the service stops");
        thread.execute(() ->
                waiting.all()
                        .forEach(task -> {
                            tasks.leave(task);
                            task.result().completeExceptionally(stopped);
                        }));
        thread.shutdown();
    }

    /** Assigns waiting tasks to a worker that can take some now. */
    private void dispatchTo(PooledWorker worker) {
        waiting.routes().stream().filter(worker.routes()::contains).forEach(this::dispatch);
    }

    /** Assigns the waiting tasks of a route, as far as its workers can take them now. */
    private void dispatch(Route route) {
        Optional<Task> task = waiting.first(route);
        Optional<PooledWorker> worker = pool.leastBusy(route);
        while (task.isPresent() && worker.isPresent()) {
            waiting.remove(task.get());
            assign(task.get(), worker.get());
            task = waiting.first(route);
            worker = pool.leastBusy(route);
        }
    }

    private void assign(Task task, PooledWorker worker) {
        worker.begin();
        pusher.push(worker.id(), task.payload(), task.timeLeft())
                .whenComplete((reply, failure) -> {
                    thread.execute(() -> ended(task, worker, failure));
                    if (failure == null) {
                        task.result().complete(reply);
                    }
                });
    }

    private void ended(Task task, PooledWorker worker, Throwable failure) {
        worker.end();
        if (failure instanceof PushException push) {
            retryOrFail(task, worker, push);
        }
        dispatchTo(worker);
    }

    private void retryOrFail(Task task, PooledWorker worker, PushException push) {
        switch (push.reason()) {
            case DISCONNECTED -> {
                pool.remove(worker.id());
                retryAfterDeath(task, push);
            }
            case UNKNOWN_PID -> {
                pool.remove(worker.id());
                retry(task);
            }
            case UNREACHABLE -> {
                pool.removeIf(id -> id.instance().equals(worker.id().instance()));
                retry(task);
            }
            case EVICTING, TOO_MANY_PENDING, OUTBOUND_FULL, NOT_YET_REGISTERED, REJECTED -> {
                rest(worker, properties.busyPause());
                retry(task);
            }
            case REFUSED -> {
                if (isForThisWorkerOnly(push.refusal().orElseThrow())) {
                    rest(worker, properties.busyPause());
                    retry(task);
                } else {
                    task.result().completeExceptionally(push);
                }
            }
            default -> task.result().completeExceptionally(push);
        }
    }

    private static boolean isForThisWorkerOnly(PushRefusal refusal) {
        return switch (refusal.code()) {
            case BUSY, UNAVAILABLE -> true;
            default -> false;
        };
    }

    /** A task that its workers do not survive must not go on to the others. */
    private void retryAfterDeath(Task task, PushException push) {
        task.countDeath();
        if (task.deaths() >= properties.maxDeaths()) {
            task.result().completeExceptionally(push);
        } else if (!task.result().isDone()) {
            tasks.keep(task);
            retry(task);
        }
    }

    private void retry(Task task) {
        if (!task.result().isDone()) {
            waiting.addFirst(task);
            dispatch(task.route());
        }
    }

    private void rest(PooledWorker worker, Duration pause) {
        worker.rest(pause);
        thread.schedule(() -> dispatchTo(worker), pause.toNanos(), TimeUnit.NANOSECONDS);
    }
}
