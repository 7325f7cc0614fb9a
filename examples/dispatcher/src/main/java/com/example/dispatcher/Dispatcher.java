package com.example.dispatcher;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.DrainNotice;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.WorkerRegistration;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;

/**
 * Gives each task to the least busy worker that serves its task queue and its activity type. If the
 * worker disconnects or is busy, another one gets the task. So a task may run twice, if its worker
 * disconnects before it replies: workers must allow that. A task that no worker can take waits.
 *
 * <p>All state belongs to one thread, and each event is executed by it. So nothing needs a lock.
 */
public final class Dispatcher implements ConnectionNotifier, AutoCloseable {

    /** Nobody calls when a drain or an eviction is canceled, so its workers are tried again. */
    private static final Duration LONGEST_REST = Duration.ofSeconds(10);

    private final Workers workers;
    private final Duration busyPause;
    private final Semaphore room;
    private final WorkerPool pool;
    private final WaitingTasks waiting = new WaitingTasks();
    private final ScheduledExecutorService thread =
            new ScheduledThreadPoolExecutor(
                    1,
                    Thread.ofPlatform().name("dispatcher").daemon().factory(),
                    new DiscardPolicy());

    Dispatcher(Workers workers, DispatcherProperties properties) {
        this.workers = workers;
        this.busyPause = properties.busyPause();
        this.room = new Semaphore(properties.maxTasks());
        this.pool = new WorkerPool(properties.maxPendingPerWorker());
    }

    /**
     * Submits a task. The future completes with the worker's reply. It fails with {@code
     * TimeoutException} if there is none within the time limit, with {@link PushException} if a
     * worker refuses the task for another reason than being busy, and with {@link
     * RejectedExecutionException} if the dispatcher is full or stops. Dependent stages must not
     * block.
     *
     * @param payload what the worker receives; copied
     * @param timeLimit maximum time until the reply
     */
    public CompletableFuture<byte[]> submit(
            String taskQueue, String activityType, byte[] payload, Duration timeLimit) {
        if (thread.isShutdown() || !room.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new RejectedExecutionException("the dispatcher is full or has stopped"));
        }
        Task task = new Task(new Route(taskQueue, activityType), payload, timeLimit);
        thread.execute(() -> {
            waiting.addLast(task);
            dispatch(task.route());
        });
        task.result()
                .whenComplete((reply, failure) -> {
                    room.release();
                    thread.execute(() -> waiting.remove(task));
                });
        return task.result();
    }

    /** Accepts each worker. It gets its first task when it is admitted. */
    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {}

    @Override
    public void onWorkerAdmitted(long pid) {
        workers.find(pid)
                .ifPresent(admitted ->
                        thread.execute(() -> dispatchTo(pool.admit(pid, admitted.registration()))));
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        thread.execute(() -> pool.remove(pid));
    }

    /** Gives these workers nothing new. A push that comes too early fails, and costs little. */
    @Override
    public void onDrain(DrainNotice notice) {
        Duration left = Duration.between(Instant.now(), notice.deadline());
        Duration pause = left.compareTo(LONGEST_REST) < 0 ? left : LONGEST_REST;
        thread.execute(() ->
                notice.pids()
                        .forEach(pid -> pool.find(pid).ifPresent(worker -> rest(worker, pause))));
    }

    /** Fails the tasks that wait, when the service has drained. */
    @Override
    public void close() {
        RejectedExecutionException stopped = new RejectedExecutionException("the service stops");
        thread.execute(
                () -> waiting.all().forEach(task -> task.result().completeExceptionally(stopped)));
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
        workers.push(worker.pid(), task.payload(), task.timeLeft())
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
            case DISCONNECTED, UNKNOWN_PID -> {
                pool.remove(worker.pid());
                retry(task);
            }
            case EVICTING, TOO_MANY_PENDING, OUTBOUND_FULL -> {
                rest(worker, busyPause);
                retry(task);
            }
            case REFUSED -> {
                if (isForThisWorkerOnly(push.refusal().orElseThrow())) {
                    rest(worker, busyPause);
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
