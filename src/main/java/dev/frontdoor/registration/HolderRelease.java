package dev.frontdoor.registration;

import dev.frontdoor.invocation.NotifierReconciler;

import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The unregister calls of a connection that has ended: in reverse order, one after the other. */
final class HolderRelease {

    private final Ledger ledger;
    private final Iterator<NotifierReconciler> entries;
    private final Consumer<Ledger> onOver;

    /**
     * A release that is yet to begin.
     *
     * @param onOver called once no call for the pid runs any longer, and none follows
     */
    HolderRelease(Ledger ledger, Consumer<Ledger> onOver) {
        this.ledger = ledger;
        this.entries = ledger.entries().reversed().iterator();
        this.onOver = onOver;
    }

    /** Releases the next holder, and then the others. */
    void next() {
        if (entries.hasNext()) {
            var _ = entries.next().release().thenRun(this::next);
        } else {
            released();
        }
    }

    /** A call that exceeds its timeout is not waited for, but keeps the ledger until it ends. */
    private void released() {
        ledger.released().complete(null);
        CompletableFuture<?>[] calls =
                ledger.entries().stream()
                        .map(NotifierReconciler::completion)
                        .toArray(CompletableFuture<?>[]::new);
        var _ = CompletableFuture.allOf(calls).thenRun(() -> onOver.accept(ledger));
    }
}
