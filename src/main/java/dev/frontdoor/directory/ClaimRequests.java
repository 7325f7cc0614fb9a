package dev.frontdoor.directory;

import dev.frontdoor.directory.FleetOutcome.Done;
import dev.frontdoor.notifier.IdentityClaims.Answer;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Claims identities in Redis. A claim of another instance stands as long as that instance says so,
 * or has a live lease and does not answer. Used by any thread.
 */
final class ClaimRequests {

    /** How many replacements a window allows, and the window in milliseconds. */
    static final int MAX_REPLACEMENTS = 5;

    private static final long WINDOW = 60_000;

    /** How long another instance may take to answer. */
    private static final Duration ANSWER = Duration.ofSeconds(1);

    /** How often one request may find yet another claim in its way. */
    private static final int MAX_ATTEMPTS = 3;

    private final String own;
    private final Redis redis;
    private final RemoteActions remote;
    private final DirectoryProperties properties;
    private final Clock clock;
    private volatile long steadySince;
    private volatile long renewedAt;

    /** What is known of the claim of another instance. */
    private enum Standing {
        STANDS,
        OVER,
        UNKNOWN
    }

    /**
     * What has become of a claim.
     *
     * @param since when the worker got the identity, in milliseconds of Redis's time; 0 if it did
     *     not
     */
    record Claimed(Answer answer, long since) {

        private static Claimed not(Answer answer) {
            return new Claimed(answer, 0);
        }
    }

    /** The claim of another instance. */
    private record Other(String instance, long number, long pid) {

        static final Other NONE = new Other("", 0, 0);
    }

    ClaimRequests(
            String own,
            Redis redis,
            RemoteActions remote,
            DirectoryProperties properties,
            Clock clock) {
        this.own = own;
        this.redis = redis;
        this.remote = remote;
        this.properties = properties;
        this.clock = clock;
        steadySince = clock.monotonicTime();
        renewedAt = steadySince;
    }

    /**
     * This instance has renewed its lease. After an outage of Redis, all leases may have lapsed: a
     * lease proves nothing until each instance had the time to renew its own.
     *
     * @param lapsed whether its own had lapsed
     */
    void renewed(boolean lapsed) {
        long now = clock.monotonicTime();
        if (lapsed || now - renewedAt > properties.renewalInterval().toNanos() * 3 / 2) {
            steadySince = now;
        }
        renewedAt = now;
    }

    /**
     * Claims an identity.
     *
     * @param begins whether the worker gets it now; otherwise it had it before
     * @param damped whether the claim is refused after too many replacements
     * @return fails if Redis does not answer; the claim may be there or not
     */
    CompletableFuture<Claimed> claim(OwnedIdentity identity, boolean begins, boolean damped) {
        return claim(identity, begins, damped, Other.NONE, MAX_ATTEMPTS);
    }

    private CompletableFuture<Claimed> claim(
            OwnedIdentity identity, boolean begins, boolean damped, Other over, int attempts) {
        return redis.start(
                        Script.OWN,
                        List.of(identity.key()),
                        own,
                        identity.number(),
                        identity.pid(),
                        begins ? "" : identity.since(),
                        identity.replaces() ? "replace" : "keep",
                        damped ? MAX_REPLACEMENTS : "",
                        WINDOW,
                        over.instance,
                        over.number)
                .thenCompose(reply ->
                        switch (reply.state()) {
                            case "HELD" -> {
                                Other other =
                                        new Other(reply.text(1), reply.number(2), reply.number(3));
                                yield find(identity, other)
                                        .thenCompose(standing ->
                                                standing == Standing.OVER && attempts > 1
                                                        ? claim(
                                                                identity,
                                                                begins,
                                                                damped,
                                                                other,
                                                                attempts - 1)
                                                        : done(
                                                                Claimed.not(
                                                                        answer(
                                                                                identity, other,
                                                                                standing))));
                            }
                            case "DAMPED" -> done(Claimed.not(damped(identity, reply.number(1))));
                            default ->
                                    done(
                                            new Claimed(
                                                    granted(
                                                            identity,
                                                            reply.text(1),
                                                            reply.number(2)),
                                                    reply.number(3)));
                        });
    }

    /** Asks the instance of a claim whether it stands. */
    private CompletableFuture<Standing> find(OwnedIdentity identity, Other other) {
        FleetAction question = new FleetAction.Identity(identity.key(), other.number, false);
        return remote.perform(other.instance, question, ANSWER)
                .thenCompose(outcome ->
                        outcome instanceof Done done
                                ? CompletableFuture.completedFuture(
                                        done.workers() > 0 ? Standing.STANDS : Standing.OVER)
                                : lease(other));
    }

    private CompletableFuture<Standing> lease(Other other) {
        return hasLease(other.instance)
                .thenCombine(
                        hasLease(own),
                        (theirs, ours) -> {
                            if (theirs) {
                                return Standing.STANDS;
                            }
                            long steady = clock.monotonicTime() - steadySince;
                            // If our own is not there either, Redis has lost its data.
                            return ours && steady >= properties.renewalInterval().toNanos() * 3 / 2
                                    ? Standing.OVER
                                    : Standing.UNKNOWN;
                        });
    }

    private CompletableFuture<Boolean> hasLease(String instance) {
        byte[] reader = Redis.bytes(new Epoch(Epoch.SCHEMA, instance, 0).reader());
        return redis.call("reader", commands -> commands.exists(reader))
                .thenApply(found -> found > 0);
    }

    private static Answer answer(OwnedIdentity identity, Other other, Standing standing) {
        return standing == Standing.UNKNOWN
                ? new Answer.Unavailable()
                : new Answer.Refused(
                        "identity '%s' is registered already, as pid %s of another instance"
                                .formatted(identity.identity(), other.pid),
                        null);
    }

    private static Answer damped(OwnedIdentity identity, long millis) {
        return new Answer.Refused(
                "identity '%s' was replaced %s times within %s s"
                        .formatted(identity.identity(), MAX_REPLACEMENTS, WINDOW / 1000),
                Duration.ofMillis(millis));
    }

    /** Tells the instance whose claim is over. It may be frozen, and gets the message later. */
    private Answer granted(OwnedIdentity identity, String instance, long number) {
        if (instance.isEmpty()) {
            return new Answer.Granted(done(null));
        }
        CompletableFuture<FleetOutcome> told =
                remote.perform(
                        instance,
                        new FleetAction.Identity(identity.key(), number, true),
                        properties.lease().multipliedBy(2));
        return new Answer.Granted(told.handle((_, _) -> null));
    }

    private static <T extends @Nullable Object> CompletableFuture<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
