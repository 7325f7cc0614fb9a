package dev.frontdoor.registration;

import dev.frontdoor.invocation.CallResult;
import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.NotifierReconciler;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A publication of a worker, offered to one holder after the other until one consumes it. */
final class Publication {

    private static final Logger log = LoggerFactory.getLogger(Publication.class);

    private final Ledger ledger;
    private final Iterator<NotifierReconciler> entries;
    private final String channel;
    private final byte[] payload;
    private final Consumer<Boolean> onDone;
    private final Runnable onReturned;
    private final List<CompletableFuture<?>> calls = new ArrayList<>(1);

    /**
     * A publication that is yet to be offered.
     *
     * @param onDone gets whether a holder consumed it, once
     * @param onReturned called once all calls with it have really ended
     */
    Publication(
            Ledger ledger,
            String channel,
            byte[] payload,
            Consumer<Boolean> onDone,
            Runnable onReturned) {
        this.ledger = ledger;
        this.entries = ledger.entries().iterator();
        this.channel = channel;
        this.payload = payload;
        this.onDone = onDone;
        this.onReturned = onReturned;
    }

    /** Offers it to the next holder, if there is one. */
    void offer() {
        boolean offered = false;
        try {
            offered = offerToNext();
        } catch (Throwable e) {
            log.error("pid {}: a publication could not be offered", ledger.pid(), e);
        }
        if (!offered) {
            done(false);
        }
    }

    private boolean offerToNext() {
        while (entries.hasNext()) {
            NotifierReconciler entry = entries.next();
            Notifier notifier = entry.notifier();
            boolean consumes =
                    notifier.consumesPublications()
                            && !notifier.isSuspendedFor(ledger.link()::network);
            if (consumes && entry.isHolder()) {
                entry.publish(channel, payload, result -> offered(entry, result));
                return true;
            }
        }
        return false;
    }

    private void offered(NotifierReconciler entry, CallResult result) {
        // A call that exceeded its timeout still works on the payload.
        calls.add(entry.completion());
        if (result instanceof CallResult.Accepted) {
            done(true);
        } else {
            offer();
        }
    }

    private void done(boolean consumed) {
        var _ =
                CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
                        .thenRun(onReturned);
        try {
            onDone.accept(consumed);
        } catch (Throwable e) {
            log.error("pid {}: a publication could not be answered", ledger.pid(), e);
            ledger.link().close(CloseCause.SERVICE_FAULT);
        }
    }
}
