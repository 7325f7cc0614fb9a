package dev.frontdoor.registration;

import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The connection that has an identity, and how often the identity was replaced lately. Workers that
 * replace each other without end are damped: after a few replacements the last one keeps the
 * identity for the rest of a window. Used under the lock of {@link Identities}.
 */
final class IdentityOwner {

    /** How many replacements a window allows. */
    static final int MAX_REPLACEMENTS = 5;

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Logger log = LoggerFactory.getLogger(IdentityOwner.class);

    private Ledger ledger;
    private CompletableFuture<@Nullable Void> earlierReleased =
            CompletableFuture.completedFuture(null);
    private int replacements;
    private long windowStart;

    IdentityOwner(Ledger ledger) {
        this.ledger = ledger;
    }

    Ledger ledger() {
        return ledger;
    }

    /** The rejection of a newcomer while replacements are damped; null if they are not. */
    @Nullable Decision objection(String identity, long now) {
        Duration left = WINDOW.minusNanos(now - windowStart);
        if (replacements < MAX_REPLACEMENTS || !left.isPositive()) {
            return null;
        }
        return Decision.deferred(
                "identity '%s' was replaced %s times within %s s"
                        .formatted(identity, MAX_REPLACEMENTS, WINDOW.toSeconds()),
                left);
    }

    /**
     * Gives the identity to a newer connection.
     *
     * @return completes when all earlier connections have been released
     */
    CompletableFuture<@Nullable Void> replace(String identity, Ledger newcomer, long now) {
        if (replacements == 0 || now - windowStart >= WINDOW.toNanos()) {
            replacements = 0;
            windowStart = now;
        }
        if (++replacements == MAX_REPLACEMENTS) {
            log.warn(
                    "identity '{}' was replaced {} times within {} s, last by the worker at {} that"
                            + " replaced the one at {}; newcomers are rejected for the rest of it",
                    DisplayText.of(identity),
                    MAX_REPLACEMENTS,
                    WINDOW.toSeconds(),
                    newcomer.link().remoteAddress(),
                    ledger.link().remoteAddress());
        }
        CompletableFuture<@Nullable Void> released = ledger.released();
        earlierReleased = earlierReleased.thenCompose(_ -> released);
        ledger = newcomer;
        return earlierReleased;
    }
}
