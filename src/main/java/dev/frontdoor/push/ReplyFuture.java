package dev.frontdoor.push;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * The reply to a push, or what is derived from it. It refuses to block a thread that has to go on
 * before the push can end.
 */
final class ReplyFuture<T> extends CompletableFuture<T> {

    private final BooleanSupplier needsThisThread;

    /**
     * An incomplete future.
     *
     * @param needsThisThread whether the push cannot end before the present thread goes on
     */
    ReplyFuture(BooleanSupplier needsThisThread) {
        this.needsThisThread = needsThisThread;
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        requireAwaitable();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        requireAwaitable();
        return super.get(timeout, unit);
    }

    @Override
    public T join() {
        requireAwaitable();
        return super.join();
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new ReplyFuture<>(needsThisThread);
    }

    private void requireAwaitable() {
        if (!isDone() && needsThisThread.getAsBoolean()) {
            throw new IllegalStateException(
                    "this push waits for the decision on a registration, which needs this call to"
                            + " the notifier to return; handle the reply in a dependent stage");
        }
    }
}
