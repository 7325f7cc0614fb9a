package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;

import java.util.List;
import java.util.TreeSet;

/**
 * What makes two workers the same one: identity, task queue and namespaces, in any order.
 *
 * @param namespaces sorted, each once: sorting costs no more for names that were chosen to collide
 */
record IdentityKey(String identity, String taskQueue, List<String> namespaces) {

    static IdentityKey of(WorkerRegistration registration) {
        return new IdentityKey(
                registration.identity(),
                registration.taskQueue(),
                List.copyOf(new TreeSet<>(registration.namespaces())));
    }
}
