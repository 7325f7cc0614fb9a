package dev.frontdoor.worker;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;

/** One thread, and timers by name: each replaces the former one of its name. */
final class Loop implements Executor {

    private static final String LIBRARY = "the library";

    private final String name;
    private final Consumer<Throwable> failed;
    private final ScheduledThreadPoolExecutor thread;
    private volatile Thread own;
    private final Map<String, Future<?>> timers = new HashMap<>();

    /** Calls a function on its thread after a failure of a task or a timer, which it logs. */
    Loop(String name, Consumer<Throwable> failed) {
        this.name = name;
        this.failed = failed;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> own = new Thread(task, name));
        thread.setRemoveOnCancelPolicy(true);
    }

    String name() {
        return name;
    }

    boolean isCurrent() {
        return Thread.currentThread() == own;
    }

    /** After the end, a task runs on its caller's thread, and finds the worker ended. */
    @Override
    public void execute(Runnable task) {
        try {
            thread.execute(() -> runOrFail(task));
        } catch (RejectedExecutionException e) {
            run(LIBRARY, task);
        }
    }

    private void runOrFail(Runnable task) {
        run(LIBRARY, () -> {
            try {
                task.run();
            } catch (Throwable e) {
                failed.accept(e);
                throw e;
            }
        });
    }

    /** Logs what nobody else would notice, errors included. */
    static void run(String who, Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            System.getLogger("dev.frontdoor.worker").log(Level.ERROR, who + " failed", e);
        }
    }

    void after(Duration delay, String name, Runnable task) {
        cancel(name);
        Runnable guarded = () -> runOrFail(task);
        timers.put(name, thread.schedule(guarded, delay.toMillis(), MILLISECONDS));
    }

    void cancel(String name) {
        Future<?> timer = timers.remove(name);
        if (timer != null) {
            timer.cancel(false);
        }
    }

    void cancelAll() {
        timers.values().forEach(timer -> timer.cancel(false));
        timers.clear();
    }

    /** Runs what is waiting, and no timer any more. */
    void end() {
        cancelAll();
        thread.shutdown();
    }
}
