package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Writes claims again that Redis may have lost, or others may have taken over: a few at each
 * renewal of the lease, and all of them when the lease had lapsed or Redis has lost data. Used by
 * any thread; one task at a time does the work.
 */
final class ClaimAudit {

    private static final Logger log = LoggerFactory.getLogger(ClaimAudit.class);

    /** Claims that are written at once. */
    private static final int BATCH = 64;

    private final Collection<String> keys;
    private final Function<String, CompletableFuture<?>> confirm;
    private final Executor executor;
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicBoolean all = new AtomicBoolean();
    private Iterator<String> next;

    /**
     * An audit of some claims.
     *
     * @param keys of the claims; a view that may change
     * @param confirm writes the claim of a key again
     * @param executor runs the task, which waits
     */
    ClaimAudit(
            Collection<String> keys,
            Function<String, CompletableFuture<?>> confirm,
            Executor executor) {
        this.keys = keys;
        this.confirm = confirm;
        this.executor = executor;
        this.next = keys.iterator();
    }

    /**
     * Writes claims, unless that is in progress.
     *
     * @param lost whether all of them are due
     */
    void begin(boolean lost) {
        if (lost) {
            all.set(true);
        }
        if (running.compareAndSet(false, true)) {
            executor.execute(this::run);
        }
    }

    private void run() {
        boolean failed = true;
        try {
            if (all.getAndSet(false)) {
                next = keys.iterator();
                failed = !confirm(Integer.MAX_VALUE);
            } else {
                if (!next.hasNext()) {
                    next = keys.iterator();
                }
                boolean _ = confirm(BATCH);
                failed = false;
            }
        } finally {
            if (failed) {
                all.set(true);
            }
            running.set(false);
            if (!failed && all.get()) {
                begin(true);
            }
        }
    }

    /** Whether Redis has answered. If it has not, the next renewal tries again. */
    private boolean confirm(int max) {
        for (int i = 0; i < max && next.hasNext(); ) {
            List<CompletableFuture<?>> batch = new ArrayList<>(BATCH);
            for (; batch.size() < BATCH && i < max && next.hasNext(); i++) {
                batch.add(confirm.apply(next.next()));
            }
            try {
                batch.forEach(Redis::await);
            } catch (FleetException e) {
                log.debug("claims could not be confirmed: {}", e.getMessage());
                return false;
            }
        }
        return true;
    }
}
