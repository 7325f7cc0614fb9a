package dev.frontdoor.directory;

import dev.frontdoor.directory.ClaimRequests.Claimed;
import dev.frontdoor.directory.FleetMetrics.ClaimOutcome;
import dev.frontdoor.directory.FleetOutcome.Done;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.FleetException;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.notifier.IdentityClaims;
import dev.frontdoor.notifier.IdentityKey;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The identities that workers of this instance have in the fleet. A claim ends with its worker, and
 * has no time limit: another instance that finds it asks this one, or looks for its lease. Used by
 * any thread.
 */
final class FleetIdentities implements IdentityClaims {

    private static final Logger log = LoggerFactory.getLogger(FleetIdentities.class);

    /** A number that no claim exceeds, and that Redis knows exactly. */
    private static final long ANY_NUMBER = 1L << 53;

    private final String own;
    private final Redis redis;
    private final ClaimRequests requests;
    private final DirtyPids dirty;
    private final RedisClock redisClock;
    private final FleetMetrics metrics;
    private final Executor completions;
    private final Clock clock;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, OwnedIdentity> owned = new ConcurrentHashMap<>();
    private final ClaimAudit audit;
    private volatile boolean behind;

    /**
     * No worker has an identity yet.
     *
     * @param dirty delays the end of a claim until the entry of its worker is removed
     * @param completions completes what registrations wait for, and runs what may wait
     */
    FleetIdentities(
            String own,
            Redis redis,
            ClaimRequests requests,
            DirtyPids dirty,
            RedisClock redisClock,
            FleetMetrics metrics,
            Executor completions,
            Clock clock) {
        this.own = own;
        this.redis = redis;
        this.requests = requests;
        this.dirty = dirty;
        this.redisClock = redisClock;
        this.metrics = metrics;
        this.completions = completions;
        this.clock = clock;
        this.audit = new ClaimAudit(owned.keySet(), this::confirm, completions);
    }

    @Override
    public CompletableFuture<Answer> claim(
            IdentityKey identity, Claimant claimant, boolean replaces, Duration atMost) {
        String key = OwnedIdentity.key(identity);
        OwnedIdentity before = owned.get(key);
        if (before != null && before.pid() == claimant.pid()) {
            return CompletableFuture.completedFuture(
                    new Answer.Granted(CompletableFuture.completedFuture(null)));
        }
        OwnedIdentity next =
                new OwnedIdentity(
                        key,
                        identity.identity(),
                        claimant,
                        replaces,
                        numbers.incrementAndGet(),
                        redisClock.isSet() ? redisClock.now() : clock.wallTime(),
                        true);
        owned.put(key, next);
        // Whoever has closed a worker of this instance for it is not refused.
        return requests.claim(next, true, before == null)
                .handleAsync((answer, failure) -> answered(next, answer, failure), completions);
    }

    private Answer answered(
            OwnedIdentity asked, @Nullable Claimed claimed, @Nullable Throwable failure) {
        Answer answer = claimed == null ? new Answer.Unavailable() : claimed.answer();
        boolean granted = answer instanceof Answer.Granted;
        // If it has been lost meanwhile, there is nothing to replace.
        boolean _ =
                owned.replace(
                        asked.key(),
                        asked,
                        asked.since(granted && claimed != null ? claimed.since() : asked.since()));
        if (claimed == null) {
            if (!behind) {
                behind = true;
                log.warn("identities cannot be claimed: {}", String.valueOf(failure));
            }
            metrics.claimed(ClaimOutcome.UNAVAILABLE);
            return answer;
        }
        behind = false;
        switch (answer) {
            case Answer.Granted _ -> metrics.claimed(ClaimOutcome.GRANTED);
            case Answer.Unavailable _ -> metrics.claimed(ClaimOutcome.UNAVAILABLE);
            case Answer.Refused _ -> {
                metrics.claimed(ClaimOutcome.REFUSED);
                var _ = drop(asked.key(), asked.pid());
            }
        }
        return answer;
    }

    @Override
    public void release(IdentityKey identity, long pid) {
        OwnedIdentity released = drop(OwnedIdentity.key(identity), pid);
        if (released != null) {
            var _ =
                    dirty.add(pid, clock.monotonicTime())
                            .written()
                            .thenRun(() -> disown(released.key(), own, pid, released.number()));
        }
    }

    /** The worker of another instance is gone with that instance. Does not wait. */
    void forget(FleetWorker gone) {
        disown(
                OwnedIdentity.key(IdentityKey.of(gone.registration())),
                gone.instance(),
                gone.pid(),
                ANY_NUMBER);
    }

    /** If this fails, the claim is left over, until somebody asks for it. */
    private void disown(String key, String instance, long pid, long number) {
        var _ = redis.start(Script.DISOWN, List.of(key), instance, pid, number);
    }

    /** Another instance asks for a claim, or has taken it over. */
    CompletableFuture<FleetOutcome> serve(FleetAction.Identity action) {
        OwnedIdentity mine = owned.get(action.key());
        if (!action.replaced()) {
            return CompletableFuture.completedFuture(new Done(mine == null ? 0 : 1));
        }
        while (mine != null && mine.number() <= action.number()) {
            if (lose(mine)) {
                return mine.claimant().replaced().thenApply(_ -> new Done(1));
            }
            mine = owned.get(action.key());
        }
        return CompletableFuture.completedFuture(new Done(0));
    }

    /**
     * This instance has renewed its lease.
     *
     * @param lapsed whether the lease had lapsed, or Redis has lost data
     */
    void renewed(boolean lapsed) {
        requests.renewed(lapsed);
        audit.begin(lapsed);
    }

    /** Redis has lost data. */
    void dataLost() {
        audit.begin(true);
    }

    /**
     * Claims an identity again, under a number that nobody has seen before. A claim that is under
     * way is left alone: with a time that is not Redis's it might take over a later claim.
     */
    private CompletableFuture<?> confirm(String key) {
        OwnedIdentity before = owned.get(key);
        if (before == null || before.pending()) {
            return CompletableFuture.completedFuture(null);
        }
        OwnedIdentity next = before.withNumber(numbers.incrementAndGet());
        if (!owned.replace(key, before, next)) {
            return CompletableFuture.completedFuture(null);
        }
        return requests.claim(next, false, false)
                .thenAccept(claimed -> {
                    Answer answer = claimed.answer();
                    if (answer instanceof Answer.Unavailable) {
                        throw new FleetException("nobody knows who has an identity", null);
                    }
                    if (answer instanceof Answer.Refused && lose(next)) {
                        var _ = next.claimant().replaced();
                    }
                });
    }

    private boolean lose(OwnedIdentity identity) {
        boolean lost = owned.remove(identity.key(), identity);
        if (lost) {
            metrics.claimed(ClaimOutcome.LOST);
            log.info(
                    "pid {}: identity '{}' belongs to a worker of another instance now",
                    identity.pid(),
                    DisplayText.of(identity.identity()));
        }
        return lost;
    }

    /** Ends what a worker has here; null if it has not. */
    private @Nullable OwnedIdentity drop(String key, long pid) {
        OwnedIdentity found = owned.get(key);
        while (found != null && found.pid() == pid) {
            if (owned.remove(key, found)) {
                return found;
            }
            found = owned.get(key);
        }
        return null;
    }
}
