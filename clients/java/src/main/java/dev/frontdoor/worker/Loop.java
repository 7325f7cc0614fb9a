package dev.frontdoor.worker;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;

/** One thread with timers. After its end nothing runs any more. */
final class Loop implements Executor {

    private final ScheduledThreadPoolExecutor thread;
    private final Consumer<RuntimeException> onFailure;
    private final List<Future<?>> timers = new ArrayList<>();
    private volatile boolean ended;

    Loop(String name, Consumer<RuntimeException> onFailure) {
        this.thread = new ScheduledThreadPoolExecutor(1, task -> new Thread(task, name));
        this.onFailure = onFailure;
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void execute(Runnable task) {
        execute(task, new CompletableFuture<Void>());
    }

    /** The result fails if the loop has ended, or if the task throws. */
    void execute(Runnable task, CompletableFuture<?> result) {
        try {
            thread.execute(() -> runOrFail(task, result));
        } catch (RejectedExecutionException e) {
            runOrFail(task, result);
        }
    }

    private void runOrFail(Runnable task, CompletableFuture<?> result) {
        if (ended) {
            result.completeExceptionally(new IllegalStateException("the worker has ended"));
            return;
        }
        try {
            task.run();
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
            onFailure.accept(e);
        }
    }

    Future<?> after(Duration delay, Runnable task) {
        timers.removeIf(Future::isDone);
        Future<?> timer =
                thread.schedule(
                        () -> runOrFail(task, new CompletableFuture<Void>()),
                        delay.toMillis(),
                        MILLISECONDS);
        timers.add(timer);
        return timer;
    }

    void cancelTimers() {
        timers.forEach(timer -> timer.cancel(false));
        timers.clear();
    }

    void end() {
        ended = true;
        cancelTimers();
        thread.shutdown();
    }
}
