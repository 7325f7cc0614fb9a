package dev.frontdoor.registration;

import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * The connection that has an identity, if any, and how often it was replaced lately. Workers that
 * replace each other without end are damped: after a few replacements the last one keeps the
 * identity for the rest of a window. Used under the lock of {@link Identities}.
 */
final class IdentityOwner {

    /** How many replacements a window allows. */
    static final int MAX_REPLACEMENTS = 5;

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Logger log = LoggerFactory.getLogger(IdentityOwner.class);

    /** The owner; null while the identity belongs to nobody. */
    private @Nullable Ledger ledger;

    private CompletableFuture<@Nullable Void> earlierReleased =
            CompletableFuture.completedFuture(null);
    private int replacements;
    private long windowStart;

    IdentityOwner(Ledger ledger) {
        this.ledger = ledger;
    }

    /** The connection that has the identity. Not to be called while nobody has it. */
    Ledger ledger() {
        return Objects.requireNonNull(ledger);
    }

    /** The connection has ended. What is known of replacements stays. */
    void vacate() {
        ledger = null;
        earlierReleased = CompletableFuture.completedFuture(null);
    }

    /** Gives an identity that belongs to nobody to a connection. That is no replacement. */
    IdentityOwner occupiedBy(Ledger newcomer) {
        ledger = newcomer;
        return this;
    }

    /** Whether the count of replacements still has a meaning. */
    boolean wasReplacedLately(long now) {
        return replacements > 0 && now - windowStart < WINDOW.toNanos();
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
    CompletableFuture<@Nullable Void> replace(
            String identity, Ledger newcomer, RefusalLog refusals, long now) {
        Ledger replaced = ledger();
        if (!wasReplacedLately(now)) {
            replacements = 0;
            windowStart = now;
        }
        if (++replacements == MAX_REPLACEMENTS) {
            String remoteAddress = newcomer.link().remoteAddress();
            refusals.log(
                    "identities that are replaced without end",
                    remoteAddress,
                    () ->
                            log.warn(
                                    "identity '{}' was replaced {} times within {} s, last by the"
                                            + " worker at {} that replaced the one at {}; newcomers"
                                            + " are rejected for the rest of it",
                                    DisplayText.of(identity),
                                    MAX_REPLACEMENTS,
                                    WINDOW.toSeconds(),
                                    remoteAddress,
                                    replaced.link().remoteAddress()));
        }
        CompletableFuture<@Nullable Void> released = replaced.released();
        earlierReleased = earlierReleased.thenCompose(_ -> released);
        ledger = newcomer;
        return earlierReleased;
    }
}
