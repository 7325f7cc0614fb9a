package com.example.dispatcher;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * The tasks of this instance: those that wait, that run, or that have ended and are still in the
 * store. The store is changed by one thread, once a task is in it, so that its order is that of the
 * events. Everything else may be used by any thread.
 */
final class AcceptedTasks {

    private final TaskStore store;
    private final Semaphore room;
    private final Map<String, Task> tasks = new ConcurrentHashMap<>();

    AcceptedTasks(TaskStore store, int maxTasks) {
        this.store = store;
        this.room = new Semaphore(maxTasks);
    }

    /** Adds a task. False if there is no room. */
    boolean add(Task task) {
        if (!room.tryAcquire()) {
            return false;
        }
        tasks.put(task.id(), task);
        return true;
    }

    boolean has(String taskId) {
        return tasks.containsKey(taskId);
    }

    int size() {
        return tasks.size();
    }

    /** How many more tasks there may be. */
    int room() {
        return room.availablePermits();
    }

    CompletableFuture<?> keep(Task task) {
        return store.keep(task);
    }

    /** Keeps all tasks again: the store may have lost them. */
    void keepAll() {
        tasks.values().stream().filter(task -> !task.result().isDone()).forEach(store::keep);
    }

    /** A task has ended. There is room for another one once the store has forgotten it. */
    void forget(Task task) {
        if (has(task.id())) {
            store.forget(task)
                    .whenComplete((done, failure) -> {
                        if (failure == null && tasks.remove(task.id()) != null) {
                            room.release();
                        }
                    });
        }
    }

    /** Forgets what the store could not forget before. */
    void forgetEnded() {
        tasks.values().stream().filter(task -> task.result().isDone()).forEach(this::forget);
    }

    /** Leaves a task in the store, for other instances. */
    void leave(Task task) {
        tasks.remove(task.id());
    }
}
