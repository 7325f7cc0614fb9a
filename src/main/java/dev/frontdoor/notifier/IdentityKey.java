package dev.frontdoor.notifier;

import dev.frontdoor.protocol.WorkerRegistration;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

/**
 * What makes two workers the same one: identity, task queue and namespaces, in any order. Keys have
 * an order, so that a map finds them fast even if their hash codes were chosen to collide.
 *
 * @param namespaces sorted, each once: sorting costs no more for names that were chosen to collide
 */
public record IdentityKey(String identity, String taskQueue, List<String> namespaces)
        implements Comparable<IdentityKey> {

    private static final Comparator<IdentityKey> ORDER =
            Comparator.comparing(IdentityKey::identity)
                    .thenComparing(IdentityKey::taskQueue)
                    .thenComparing(IdentityKey::namespaces, IdentityKey::compare);

    /** The key of a worker that declares this. */
    public static IdentityKey of(WorkerRegistration registration) {
        return new IdentityKey(
                registration.identity(),
                registration.taskQueue(),
                List.copyOf(new TreeSet<>(registration.namespaces())));
    }

    @Override
    public int compareTo(IdentityKey other) {
        return ORDER.compare(this, other);
    }

    private static int compare(List<String> left, List<String> right) {
        Iterator<String> others = right.iterator();
        for (String name : left) {
            int order = others.hasNext() ? name.compareTo(others.next()) : 1;
            if (order != 0) {
                return order;
            }
        }
        return others.hasNext() ? -1 : 0;
    }
}
