package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which connection each identity belongs to, from before its registration is offered to any
 * notifier until the last holder was told of its end. So of two workers of the same identity no
 * notifier ever holds both.
 */
final class Identities {

    private final DuplicateIdentity policy;
    private final ConcurrentMap<IdentityKey, Ledger> owners = new ConcurrentHashMap<>();

    Identities(DuplicateIdentity policy) {
        this.policy = policy;
    }

    /**
     * Claims its identity for a connection, where that matters; by closing the connection that has
     * it and waiting for its end to be told, if that is the policy. The wait ends with the
     * claimant's own connection.
     *
     * @return the reason of a rejection; null if the identity is the claimant's, or it has ended
     */
    @Nullable String claim(Ledger claimant, WorkerRegistration registration) {
        if (policy == DuplicateIdentity.ALLOW) {
            return null;
        }
        IdentityKey key = IdentityKey.of(registration);
        while (!claimant.hasEnded()) {
            Ledger owner = owners.putIfAbsent(key, claimant);
            if (owner == null || owner.pid() == claimant.pid()) {
                claimant.setClaimed(key);
                return null;
            }
            if (policy == DuplicateIdentity.REJECT) {
                return "identity '%s' is registered already, as pid %d"
                        .formatted(key.identity(), owner.pid());
            }
            owner.link().close(CloseCause.REPLACED, CloseCause.REPLACED.reason());
            owner.awaitTold(claimant);
        }
        return null;
    }

    /**
     * Lets a connection whose claim, if it made one, was decided keep one identity: the new one
     * gives up the old, or the other way round.
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

    /** Gives up what a connection has, and what it had claimed when it ended. */
    void release(Ledger owner) {
        release(owner, owner.identity());
        release(owner, owner.claimed());
    }

    private void release(Ledger owner, @Nullable IdentityKey key) {
        if (key != null) {
            owners.remove(key, owner);
        }
    }
}
