package dev.frontdoor.registration;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One wait of a registration, which ends once: with the next step, or by being given up. Used by
 * any thread.
 */
final class RegistrationWait {

    private final CompletableFuture<Supplier<@Nullable Decision>> end = new CompletableFuture<>();
    private final boolean endsWithDrain;
    private final Runnable onGivenUp;

    /**
     * A wait that begins now.
     *
     * @param endsWithDrain whether the start of a drain ends it
     * @param onGivenUp what to do if it is given up
     */
    RegistrationWait(boolean endsWithDrain, Runnable onGivenUp) {
        this.endsWithDrain = endsWithDrain;
        this.onGivenUp = onGivenUp;
    }

    boolean endsWithDrain() {
        return endsWithDrain;
    }

    /** Sets what takes the next step. It is called once, by the thread that ends the wait. */
    void onEnd(Consumer<Supplier<@Nullable Decision>> action) {
        var _ = end.thenAccept(action);
    }

    /** Ends the wait with the next step, unless it has ended. */
    void end(Supplier<@Nullable Decision> step) {
        end.complete(step);
    }

    /** Ends the wait with a decision, unless it has ended. */
    void giveUp(Decision decision) {
        end.complete(() -> {
            onGivenUp.run();
            return decision;
        });
    }
}
