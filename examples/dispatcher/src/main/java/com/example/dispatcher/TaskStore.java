package com.example.dispatcher;

import java.util.concurrent.CompletableFuture;

/** Where tasks are kept, so that they survive the instance that has them. */
interface TaskStore {

    /** Keeps nothing: without a fleet, tasks end with the process. */
    TaskStore NONE =
            new TaskStore() {
                @Override
                public CompletableFuture<?> keep(Task task) {
                    return CompletableFuture.completedFuture(task);
                }

                @Override
                public CompletableFuture<?> forget(Task task) {
                    return CompletableFuture.completedFuture(task);
                }
            };

    /** Keeps a task of this instance. May repeat. */
    CompletableFuture<?> keep(Task task);

    /** Forgets a task that has ended. May repeat. */
    CompletableFuture<?> forget(Task task);
}
