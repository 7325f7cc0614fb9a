package dev.frontdoor.registration;

import dev.frontdoor.event.Event;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.notifier.IdentityClaims;
import dev.frontdoor.notifier.IdentityKey;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.settings.DuplicateIdentity;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Which connection has each identity, where the policy makes identities unique. A connection gets
 * an identity once all notifiers have accepted its registration. It keeps the identity until it
 * ends or a newer connection gets it. So a registration that is being decided blocks nobody. Used
 * by any thread.
 */
final class Identities {

    private static final CompletableFuture<@Nullable Void> RELEASED =
            CompletableFuture.completedFuture(null);
    private static final Claim GRANTED =
            new Claim.Granted(CompletableFuture.completedFuture(null), () -> null);

    /** How many identities that belong to nobody are remembered. */
    private static final int MAX_VACANT = 10_000;

    private final DuplicateIdentity policy;
    private final @Nullable IdentityClaims fleet;
    private final RefusalLog refusals;
    private final EventLog events;
    private final Clock clock;
    private final Map<IdentityKey, IdentityOwner> owners = new TreeMap<>();

    /** What is known of identities that were replaced lately and belong to nobody now. */
    private final Map<IdentityKey, IdentityOwner> vacant = new LinkedHashMap<>();

    /**
     * No connection has an identity yet.
     *
     * @param fleet makes identities unique beyond this instance; null if that is not wanted
     */
    Identities(
            DuplicateIdentity policy,
            @Nullable IdentityClaims fleet,
            RefusalLog refusals,
            EventLog events,
            Clock clock) {
        this.policy = policy;
        this.fleet = fleet;
        this.refusals = refusals;
        this.events = events;
        this.clock = clock;
    }

    /**
     * The decision on a registration that no notifier needs to see; null if they decide. An older
     * connection that asks for the identity of a newer one is closed.
     */
    @Nullable Decision objection(Ledger newcomer, WorkerRegistration registration) {
        if (policy == DuplicateIdentity.ALLOW) {
            return null;
        }
        IdentityKey key = IdentityKey.of(registration);
        Decision objection;
        synchronized (owners) {
            objection = objection(key, newcomer);
        }
        return closeIfOlder(newcomer, objection);
    }

    /**
     * Gives a connection its identity, once all notifiers have accepted its registration. Under
     * {@code REPLACE} the connection that had the identity is closed.
     *
     * @param deadline until which the registration can wait
     */
    Claim claim(Ledger newcomer, WorkerRegistration registration, DecisionDeadline deadline) {
        if (policy == DuplicateIdentity.ALLOW) {
            return GRANTED;
        }
        IdentityKey key = IdentityKey.of(registration);
        Decision objection;
        Ledger replaced = null;
        CompletableFuture<@Nullable Void> released = RELEASED;
        FleetClaim inFleet = null;
        synchronized (owners) {
            objection = objection(key, newcomer);
            if (objection == null) {
                newcomer.setClaimed(key);
                IdentityOwner owner = owners.computeIfAbsent(key, _ -> occupy(key, newcomer));
                if (owner.ledger() != newcomer) {
                    replaced = owner.ledger();
                    released =
                            owner.replace(
                                    key.identity(), newcomer, refusals, clock.monotonicTime());
                }
                if (fleet != null) {
                    // Under the lock, so that claims and releases keep their order.
                    inFleet = FleetClaim.make(fleet, key, newcomer, policy, deadline);
                }
            }
        }
        if (replaced != null) {
            events.record(new Event.Replaced(replaced.pid(), key.identity(), newcomer.pid()));
            close(replaced);
        }
        objection = closeIfOlder(newcomer, objection);
        if (objection != null) {
            return new Claim.Refused(objection);
        }
        if (inFleet != null) {
            return inFleet.granted(released, () -> forgo(newcomer));
        }
        return released.isDone()
                ? GRANTED
                : new Claim.Granted(released.thenApply(_ -> null), () -> null);
    }

    /** Frees the identity of a registration that is rejected after all. */
    private void forgo(Ledger newcomer) {
        synchronized (owners) {
            IdentityKey claimed = newcomer.claimed();
            newcomer.setClaimed(null);
            if (claimed != null && !claimed.equals(newcomer.identity())) {
                release(newcomer, claimed);
            }
        }
    }

    /** The registration with the claimed identity is in force: an earlier identity is free. */
    void settle(Ledger owner) {
        synchronized (owners) {
            IdentityKey claimed = owner.claimed();
            if (claimed != null) {
                if (!claimed.equals(owner.identity())) {
                    release(owner, owner.identity());
                }
                owner.setIdentity(claimed);
                owner.setClaimed(null);
            }
        }
    }

    /** Frees the identities of a connection that has ended. May repeat. */
    void release(Ledger owner) {
        if (policy != DuplicateIdentity.ALLOW) {
            synchronized (owners) {
                release(owner, owner.identity());
                release(owner, owner.claimed());
            }
        }
    }

    private void release(Ledger ledger, @Nullable IdentityKey key) {
        IdentityOwner owner = key == null ? null : owners.get(key);
        if (key != null && owner != null && owner.ledger() == ledger) {
            owners.remove(key);
            remember(key, owner);
            if (fleet != null) {
                fleet.release(key, ledger.pid());
            }
        }
    }

    private IdentityOwner occupy(IdentityKey key, Ledger newcomer) {
        IdentityOwner owner = vacant.remove(key);
        return owner == null ? new IdentityOwner(newcomer) : owner.occupiedBy(newcomer);
    }

    /** Keeps the count of replacements until it has no meaning, or too many are kept. */
    private void remember(IdentityKey key, IdentityOwner owner) {
        long now = clock.monotonicTime();
        Iterator<IdentityOwner> oldestFirst = vacant.values().iterator();
        while (oldestFirst.hasNext()) {
            boolean counts = oldestFirst.next().wasReplacedLately(now);
            if (counts && vacant.size() < MAX_VACANT) {
                break;
            }
            oldestFirst.remove();
        }
        if (owner.wasReplacedLately(now)) {
            owner.vacate();
            vacant.put(key, owner);
        }
    }

    private @Nullable Decision objection(IdentityKey key, Ledger newcomer) {
        IdentityOwner owner = owners.get(key);
        if (owner == null || owner.ledger() == newcomer) {
            return null;
        }
        if (policy == DuplicateIdentity.REJECT) {
            return new Decision.Rejected(
                    "identity '%s' is registered already, as pid %s"
                            .formatted(key.identity(), owner.ledger().pid()));
        }
        return owner.ledger().pid() > newcomer.pid()
                ? new Decision.Abandoned()
                : owner.objection(key.identity(), clock.monotonicTime());
    }

    private static @Nullable Decision closeIfOlder(Ledger newcomer, @Nullable Decision objection) {
        if (objection instanceof Decision.Abandoned) {
            close(newcomer);
        }
        return objection;
    }

    private static void close(Ledger older) {
        older.link().close(CloseCause.REPLACED);
    }

    /** The answer to a claim. */
    sealed interface Claim {

        /**
         * The identity belongs to the claimant, as far as this instance knows.
         *
         * @param ready completes with null when the registration may be in force: the notifiers
         *     have received the unregister calls of those that had the identity before. It
         *     completes with a decision if a worker of another instance keeps the identity
         * @param overdue the same for a registration that cannot wait any longer
         */
        record Granted(
                CompletableFuture<@Nullable Decision> ready, Supplier<@Nullable Decision> overdue)
                implements Claim {}

        /** The identity belongs to another connection, and stays there. */
        record Refused(Decision decision) implements Claim {}
    }
}
