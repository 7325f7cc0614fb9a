package com.example.dispatcher;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.WorkerRegistration;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Records, by identity, how many pushes were pending when a worker disconnected. */
final class DeathRecord implements ConnectionNotifier {

    private final Workers workers;
    private final Map<Long, String> identities = new ConcurrentHashMap<>();
    private final Map<String, Long> pending = new ConcurrentHashMap<>();

    DeathRecord(Workers workers) {
        this.workers = workers;
    }

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        identities.put(pid, registration.identity());
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        long lost = workers.connection(pid).orElseThrow().pushes().getOrDefault("disconnected", 0L);
        pending.put(identities.remove(pid), lost);
    }

    boolean has(String identity) {
        return pending.containsKey(identity);
    }

    long pendingOf(String identity) {
        return pending.getOrDefault(identity, 0L);
    }
}
