package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;

import java.util.Set;

/** What makes two workers the same one: identity, task queue and namespaces, in any order. */
record IdentityKey(String identity, String taskQueue, Set<String> namespaces) {

    static IdentityKey of(WorkerRegistration registration) {
        return new IdentityKey(
                registration.identity(),
                registration.taskQueue(),
                Set.copyOf(registration.namespaces()));
    }
}
