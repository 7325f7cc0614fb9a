package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Makes identities unique beyond one instance. Where {@code frontdoor.duplicate-identity} is not
 * {@code allow}, the service asks the bean of this type, if there is one. No argument is null.
 *
 * <p>The methods are called under a lock, in the order in which connections of this instance get
 * and lose an identity. So they must not wait.
 */
public interface IdentityClaims {

    /**
     * Claims an identity for a connection. Called once all notifiers have accepted its registration
     * and no other connection of this instance has the identity, before the registration is in
     * force. The identity belongs to this connection from now on, whatever the answer, until {@link
     * #release}, unless the answer is {@link Answer.Refused}. A connection that has it claims it
     * again with each registration.
     *
     * @param replaces whether the worker of another instance that has the identity loses it;
     *     otherwise that worker keeps it
     * @param atMost the time after which the answer is of no use
     * @return the answer, on any thread; never fails
     */
    CompletableFuture<Answer> claim(
            IdentityKey identity, Claimant claimant, boolean replaces, Duration atMost);

    /**
     * A connection does not have an identity any more: it has ended, has registered another
     * identity, or was rejected.
     */
    void release(IdentityKey identity, long pid);

    /** A connection that claims an identity. Its methods may be called from any thread. */
    interface Claimant {

        /** The number of the connection. */
        long pid();

        /**
         * The identity belongs to a worker of another instance now: closes the connection with
         * 4501. May repeat.
         *
         * @return completes when no notifier holds the worker any longer
         */
        CompletableFuture<@Nullable Void> replaced();
    }

    /** The answer to a claim. */
    sealed interface Answer {

        /**
         * The identity belongs to the claimant.
         *
         * @param earlierReleased completes when no notifier holds the worker of another instance
         *     that had the identity, or when nothing can be learned of it
         */
        record Granted(CompletableFuture<@Nullable Void> earlierReleased) implements Answer {}

        /**
         * The identity belongs to a worker of another instance.
         *
         * @param reason what the claimant is told
         * @param retryAfter when it may claim the identity again; null if nobody knows
         */
        record Refused(String reason, @Nullable Duration retryAfter) implements Answer {}

        /** Nobody knows at present. */
        record Unavailable() implements Answer {}
    }
}
