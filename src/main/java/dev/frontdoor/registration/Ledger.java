package dev.frontdoor.registration;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * The page of one pid: an entry for each notifier that was ever asked, in call order. One thread at
 * a time turns its leaves: the one that decides, then the one that tells of the end.
 */
final class Ledger {

    private final WorkerLink link;
    private final @Nullable LedgerEntry[] entries;
    private boolean deciding;
    private boolean ended;

    Ledger(WorkerLink link, int notifiers) {
        this.link = link;
        this.entries = new @Nullable LedgerEntry[notifiers];
    }

    WorkerLink link() {
        return link;
    }

    long pid() {
        return link.pid();
    }

    /** The entry of the notifier at this place in the order. */
    LedgerEntry entry(int index, NotifierBean bean, TimeLimits limits) {
        LedgerEntry entry = entries[index];
        if (entry == null) {
            entry = new LedgerEntry(link.pid(), bean, limits, this::closeAsFault);
            entries[index] = entry;
        }
        return entry;
    }

    /** The entries there are, in call order. */
    List<LedgerEntry> entries() {
        List<LedgerEntry> present = new ArrayList<>(entries.length);
        for (LedgerEntry entry : entries) {
            if (entry != null) {
                present.add(entry);
            }
        }
        return present;
    }

    synchronized void beginDeciding() {
        if (deciding) {
            throw new IllegalStateException("pid %d is being decided already".formatted(pid()));
        }
        deciding = true;
    }

    /** Ends the deciding; true if the connection has ended meanwhile, and its end is to be told. */
    synchronized boolean endDeciding() {
        deciding = false;
        return ended;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** Puts a registration in force, unless the connection has ended. */
    synchronized boolean enter(LiveTable table, LiveWorker worker) {
        if (!ended) {
            table.put(worker);
        }
        return !ended;
    }

    /** Takes the pid out of the table; true if nobody is deciding, so the end is to be told now. */
    synchronized boolean leave(LiveTable table) {
        if (ended) {
            return false;
        }
        ended = true;
        table.remove(pid());
        return !deciding;
    }

    private void closeAsFault() {
        link.close(Refusal.SERVICE_FAULT, Refusal.SERVICE_FAULT.reason());
    }
}
