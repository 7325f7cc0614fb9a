package dev.frontdoor.registration;

import dev.frontdoor.notifier.IdentityClaims;
import dev.frontdoor.notifier.IdentityClaims.Answer;
import dev.frontdoor.notifier.IdentityKey;
import dev.frontdoor.registration.Identities.Claim;
import dev.frontdoor.registration.settings.DuplicateIdentity;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The claim of an identity that a connection has on this instance, so that it has it in the fleet.
 * Used by any thread.
 */
final class FleetClaim implements IdentityClaims.Claimant {

    /** When a worker may try again whose identity could not be claimed. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Ledger ledger;
    private final DuplicateIdentity policy;

    /** The answer that counts: the first one, or that there was none in time. */
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    private FleetClaim(Ledger ledger, DuplicateIdentity policy) {
        this.ledger = ledger;
        this.policy = policy;
    }

    /** Claims an identity. Does not wait. */
    static FleetClaim make(
            IdentityClaims fleet,
            IdentityKey key,
            Ledger ledger,
            DuplicateIdentity policy,
            DecisionDeadline deadline) {
        FleetClaim claim = new FleetClaim(ledger, policy);
        Duration atMost = deadline.remaining(deadline.timeout());
        var _ =
                fleet.claim(key, claim, policy == DuplicateIdentity.REPLACE, atMost)
                        .thenAccept(claim::answered);
        return claim;
    }

    private void answered(Answer given) {
        if (!answer.complete(given)
                && given instanceof Answer.Refused
                && policy == DuplicateIdentity.REPLACE) {
            // It was too late: the registration is in force.
            var _ = replaced();
        }
    }

    /**
     * What the registration waits for.
     *
     * @param released completes when earlier connections of this instance have been released
     * @param onRefused frees the identity on this instance
     */
    Claim granted(CompletableFuture<@Nullable Void> released, Runnable onRefused) {
        CompletableFuture<@Nullable Decision> ready =
                answer.thenCompose(given -> {
                    Decision refusal = refusal(given);
                    if (refusal != null) {
                        onRefused.run();
                        return CompletableFuture.completedFuture(refusal);
                    }
                    CompletableFuture<@Nullable Void> elsewhere =
                            given instanceof Answer.Granted granted
                                    ? granted.earlierReleased()
                                    : CompletableFuture.completedFuture(null);
                    return CompletableFuture.allOf(released, elsewhere).thenApply(_ -> null);
                });
        return new Claim.Granted(ready, this::overdue);
    }

    private @Nullable Decision overdue() {
        answer.complete(new Answer.Unavailable());
        return refusal(answer.join());
    }

    /** A replacement never waits for the fleet; the promise of a rejection is kept. */
    private @Nullable Decision refusal(Answer given) {
        return switch (given) {
            case Answer.Granted _ -> null;
            case Answer.Refused(String reason, Duration retryAfter) when retryAfter != null ->
                    Decision.deferred(reason, retryAfter);
            case Answer.Refused refused -> new Decision.Rejected(refused.reason());
            case Answer.Unavailable _ when policy == DuplicateIdentity.REPLACE -> null;
            case Answer.Unavailable _ ->
                    Decision.deferred(
                            "the identities of other instances cannot be checked", RETRY_AFTER);
        };
    }

    @Override
    public long pid() {
        return ledger.pid();
    }

    @Override
    public CompletableFuture<@Nullable Void> replaced() {
        ledger.link().close(CloseCause.REPLACED);
        return ledger.released();
    }
}
