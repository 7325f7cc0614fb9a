package dev.frontdoor.directory;

import dev.frontdoor.directory.FleetOutcome.Done;
import dev.frontdoor.directory.FleetOutcome.Failed;
import dev.frontdoor.directory.FleetOutcome.PushFailed;
import dev.frontdoor.directory.FleetOutcome.Replied;
import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.LongPredicate;

/** Carries out actions on the workers of this instance. Used by any thread. */
final class LocalActions {

    private final Workers workers;
    private final @Nullable FleetIdentities identities;
    private final @Nullable FleetBans bans;
    private final Executor executor;

    /**
     * Acts on workers.
     *
     * @param identities null if each instance has its own
     * @param bans null if each instance has its own
     * @param executor runs what may take some time
     */
    LocalActions(
            Workers workers,
            @Nullable FleetIdentities identities,
            @Nullable FleetBans bans,
            Executor executor) {
        this.workers = workers;
        this.identities = identities;
        this.bans = bans;
        this.executor = executor;
    }

    /** Acts. The future never fails; canceling it cancels a push. */
    CompletableFuture<FleetOutcome> perform(FleetAction action) {
        return switch (action) {
            case FleetAction.Push push -> push(push);
            case FleetAction.Send send ->
                    later(() -> each(send.workers(), pid -> send(pid, send.payload())));
            case FleetAction.Disconnect disconnect ->
                    later(() ->
                            each(
                                    disconnect.workers(),
                                    pid -> workers.disconnect(pid, disconnect.reason())));
            case FleetAction.Evict evict ->
                    later(() -> workers.evict(evict.request()).progress().selected());
            case FleetAction.Ban ban -> later(() -> ban(ban));
            case FleetAction.Identity identity ->
                    identities == null
                            ? CompletableFuture.completedFuture(new Done(0))
                            : identities.serve(identity);
            case FleetAction.ReadBans _ ->
                    bans == null
                            ? CompletableFuture.completedFuture(new Done(0))
                            : bans.synchronize()
                                    .handle((_, failure) ->
                                            failure == null ? new Done(0) : failed(failure));
        };
    }

    private CompletableFuture<FleetOutcome> push(FleetAction.Push push) {
        if (!push.timeLimit().isPositive()) {
            return CompletableFuture.completedFuture(
                    new Failed("the time limit of a push must be more than zero"));
        }
        CompletableFuture<byte[]> reply =
                workers.push(push.pid(), push.payload(), push.timeLimit());
        CompletableFuture<FleetOutcome> outcome =
                reply.handle((payload, failure) ->
                        failure == null ? new Replied(payload) : failed(failure));
        var _ =
                outcome.whenComplete((_, _) -> {
                    if (outcome.isCancelled()) {
                        reply.cancel(false);
                    }
                });
        return outcome;
    }

    private CompletableFuture<FleetOutcome> later(Work work) {
        return CompletableFuture.supplyAsync(() -> new Done(work.run()), executor)
                .handle((done, failure) -> failure == null ? done : failed(failure));
    }

    private interface Work {

        /** Returns how many workers it concerned. */
        long run();
    }

    private long each(FleetAction.Selection selection, LongPredicate action) {
        WorkerFilter filter = selection.filter();
        if (filter == null) {
            return action.test(selection.pid()) ? 1 : 0;
        }
        return workers.list(filter).stream()
                .mapToLong(ConnectedWorker::pid)
                .filter(pid -> isDone(pid, action))
                .count();
    }

    /** One of many that gets nothing is not counted. */
    private static boolean isDone(long pid, LongPredicate action) {
        try {
            return action.test(pid);
        } catch (PushException _) {
            return false;
        }
    }

    private boolean send(long pid, byte[] payload) {
        workers.send(pid, payload);
        return true;
    }

    private long ban(FleetAction.Ban ban) {
        var _ =
                ban.disconnect()
                        ? workers.banAndDisconnect(ban.identity(), ban.duration(), ban.reason())
                        : workers.ban(ban.identity(), ban.duration(), ban.reason());
        return 0;
    }

    private static FleetOutcome failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return cause instanceof PushException push
                ? PushFailed.of(push)
                : new Failed(String.valueOf(cause.getMessage()));
    }
}
