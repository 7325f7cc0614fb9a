package dev.frontdoor.registration;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

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

    /** Whether a first registration of a connection is being decided. */
    public boolean isCandidate(long pid) {
        Ledger ledger = byPid.get(pid);
        return ledger != null && ledger.isUnanswered() && ledger.latestWorker() == null;
    }

    /**
     * The connection, while a registration of it is being decided and until it is answered; empty
     * otherwise.
     */
    public Optional<WorkerLink> deciding(long pid) {
        Ledger ledger = byPid.get(pid);
        return ledger != null && ledger.isUnanswered()
                ? Optional.of(ledger.link())
                : Optional.empty();
    }

    @Nullable Ledger find(long pid) {
        return byPid.get(pid);
    }

    /** The ledger of a connection, which begins here if there is none. */
    Ledger begin(WorkerLink link, int notifiers) {
        Long pid = link.pid();
        Ledger present = byPid.get(pid);
        return present == null
                ? byPid.computeIfAbsent(pid, _ -> new Ledger(link, notifiers))
                : present;
    }

    /** Calls an action with the attempt of each ledger that has one. */
    void forEachAttempt(Consumer<RegistrationAttempt> action) {
        for (Ledger ledger : byPid.values()) {
            RegistrationAttempt attempt = ledger.attempt();
            if (attempt != null) {
                action.accept(attempt);
            }
        }
    }

    void remove(Ledger ledger) {
        byPid.remove(ledger.pid());
    }

    int size() {
        return byPid.size();
    }
}
