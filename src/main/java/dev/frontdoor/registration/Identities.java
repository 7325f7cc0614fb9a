package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which connection each identity belongs to, from before its registration reaches any notifier
 * until the last holder has received the unregister call. So no notifier ever holds two workers of
 * the same identity.
 */
final class Identities {

    private final DuplicateIdentity policy;
    private final ConcurrentMap<IdentityKey, Ledger> owners = new ConcurrentHashMap<>();

    Identities(DuplicateIdentity policy) {
        this.policy = policy;
    }

    /**
     * Claims its identity for a connection, where the policy requires that. Under {@code REPLACE}
     * the connection that has the identity is closed, and the claim is pending until its end.
     */
    Claim claim(Ledger claimant, WorkerRegistration registration) {
        if (policy == DuplicateIdentity.ALLOW) {
            return new Claim.Granted();
        }
        IdentityKey key = IdentityKey.of(registration);
        Ledger owner = owners.putIfAbsent(key, claimant);
        if (owner == null || owner.pid() == claimant.pid()) {
            claimant.setClaimed(key);
            return new Claim.Granted();
        }
        if (policy == DuplicateIdentity.REJECT) {
            return new Claim.Refused(
                    "identity '%s' is registered already, as pid %s"
                            .formatted(key.identity(), owner.pid()));
        }
        owner.link().close(CloseCause.REPLACED, CloseCause.REPLACED.reason());
        return new Claim.Pending(owner.released());
    }

    /**
     * Lets a connection keep one identity after the decision: the new one if it was accepted, the
     * earlier one otherwise.
     */
    void settle(Ledger owner, boolean accepted) {
        IdentityKey claimed = owner.claimed();
        if (claimed == null) {
            return;
        }
        IdentityKey earlier = owner.identity();
        if (!claimed.equals(earlier)) {
            release(owner, accepted ? earlier : claimed);
        }
        if (accepted) {
            owner.setIdentity(claimed);
        }
        owner.setClaimed(null);
    }

    /** Releases all identities of a connection that has ended. */
    void release(Ledger owner) {
        release(owner, owner.identity());
        release(owner, owner.claimed());
    }

    private void release(Ledger owner, @Nullable IdentityKey key) {
        if (key != null) {
            owners.remove(key, owner);
        }
    }

    /** The answer to a claim. */
    sealed interface Claim {

        /** The identity belongs to the claimant. */
        record Granted() implements Claim {}

        /** Another connection has the identity, and keeps it. */
        record Refused(String reason) implements Claim {}

        /**
         * Another connection has the identity and was closed.
         *
         * @param earlierEnded completes when the identity can be claimed again
         */
        record Pending(CompletableFuture<@Nullable Void> earlierEnded) implements Claim {}
    }
}
