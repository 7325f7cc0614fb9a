package dev.frontdoor.notifier;

import java.util.List;

/**
 * What a principal may register. Each list holds patterns of {@link GlobPattern}: at most 1024, of
 * at most 1024 characters. An empty list grants nothing; {@code *} grants everything.
 *
 * @param namespaces every namespace of a registration must match one of them
 * @param taskQueues the task queue must match one of them
 */
public record Grants(List<String> namespaces, List<String> taskQueues) {

    /** Grants everything. */
    public static final Grants ALL = new Grants(List.of("*"), List.of("*"));

    private static final int MAX = 1024;

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if there are too many patterns, or if one is too long
     */
    public Grants {
        namespaces = checked(namespaces);
        taskQueues = checked(taskQueues);
    }

    /** Whether a namespace may be registered. */
    public boolean allowsNamespace(String namespace) {
        return anyMatches(namespaces, namespace);
    }

    /** Whether a task queue may be registered. */
    public boolean allowsTaskQueue(String taskQueue) {
        return anyMatches(taskQueues, taskQueue);
    }

    private static boolean anyMatches(List<String> globs, String value) {
        for (String glob : globs) {
            if (GlobPattern.matches(glob, value)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> checked(List<String> globs) {
        List<String> copy = List.copyOf(globs);
        if (copy.size() > MAX || copy.stream().anyMatch(glob -> glob.length() > MAX)) {
            throw new IllegalArgumentException(
                    "at most 1024 grants are allowed, of at most 1024 characters");
        }
        return copy;
    }
}
