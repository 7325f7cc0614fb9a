package dev.frontdoor.connection.drain;

import dev.frontdoor.connection.drain.Drain.State;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * A state of the drain with what belongs to it. One run of the drain has one future.
 *
 * @param deadline when the last connection is closed; null before the drain
 * @param over completes at the end of the drain, or when it is canceled
 * @param stopping whether the service is stopping, so that the drain cannot be canceled
 */
record DrainPhase(
        State state,
        @Nullable Instant deadline,
        CompletableFuture<@Nullable Void> over,
        boolean stopping) {

    /** A state before the drain. */
    static DrainPhase of(State state) {
        return new DrainPhase(state, null, new CompletableFuture<>(), false);
    }

    /** Whether the drain has begun, or is over. */
    boolean hasBegun() {
        return state == State.DRAINING || state == State.DRAINED;
    }

    /** Whether both belong to one run of the drain, whatever the state. */
    @SuppressWarnings("ReferenceEquality")
    boolean isSameRun(DrainPhase other) {
        return over == other.over;
    }

    /** A drain that begins now. */
    DrainPhase draining(Instant until) {
        return new DrainPhase(State.DRAINING, until, new CompletableFuture<>(), stopping);
    }

    /** The phase after a run has ended; this one if another run has begun. */
    DrainPhase afterRun(DrainPhase run) {
        return isSameRun(run) ? new DrainPhase(State.DRAINED, deadline, over, stopping) : this;
    }

    /** This phase in a service that is stopping. */
    DrainPhase forStop() {
        return new DrainPhase(state, deadline, over, true);
    }
}
