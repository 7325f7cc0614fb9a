package dev.frontdoor.registration;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The ledgers by pid: from the first registration of a connection until no notifier can be called
 * about it any more. Read by any thread; changed by {@link RegistrationService} only.
 */
public final class Ledgers {

    private final ConcurrentMap<Long, Ledger> byPid = new ConcurrentHashMap<>();

    /** The connection of a pid; null if it has no ledger. */
    public @Nullable WorkerLink link(long pid) {
        Ledger ledger = byPid.get(pid);
        return ledger == null ? null : ledger.link();
    }

    @Nullable Ledger find(long pid) {
        return byPid.get(pid);
    }

    /** The ledger of a connection, which begins here if there is none. */
    Ledger begin(WorkerLink link, int notifiers) {
        return byPid.computeIfAbsent(link.pid(), _ -> new Ledger(link, notifiers));
    }

    void remove(Ledger ledger) {
        byPid.remove(ledger.pid());
    }

    int size() {
        return byPid.size();
    }
}
