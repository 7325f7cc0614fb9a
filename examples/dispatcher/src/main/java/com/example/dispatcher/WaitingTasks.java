package com.example.dispatcher;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tasks that no worker has. Used by one thread. */
final class WaitingTasks {

    private final Map<Route, LinkedHashSet<Task>> tasks = new HashMap<>();

    /** Adds a new task behind the others of its route. */
    void addLast(Task task) {
        tasks.computeIfAbsent(task.route(), route -> new LinkedHashSet<>()).addLast(task);
    }

    /** Adds a task that a worker had before the others of its route. */
    void addFirst(Task task) {
        tasks.computeIfAbsent(task.route(), route -> new LinkedHashSet<>()).addFirst(task);
    }

    /** Removes a task, if it waits. */
    void remove(Task task) {
        tasks.computeIfPresent(
                task.route(),
                (route, waiting) -> {
                    waiting.remove(task);
                    return waiting.isEmpty() ? null : waiting;
                });
    }

    /** The task of a route that is next. */
    Optional<Task> first(Route route) {
        return Optional.ofNullable(tasks.get(route)).map(LinkedHashSet::getFirst);
    }

    /** The routes that have tasks; a copy. */
    List<Route> routes() {
        return List.copyOf(tasks.keySet());
    }

    /** All tasks; a copy. */
    List<Task> all() {
        return tasks.values().stream().flatMap(LinkedHashSet::stream).toList();
    }
}
