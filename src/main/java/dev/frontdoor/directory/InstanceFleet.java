package dev.frontdoor.directory;

import dev.frontdoor.directory.FleetAction.Selection;
import dev.frontdoor.directory.FleetOutcome.Done;
import dev.frontdoor.directory.FleetOutcome.Failed;
import dev.frontdoor.directory.FleetOutcome.PushFailed;
import dev.frontdoor.directory.FleetOutcome.Replied;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.Fleet;
import dev.frontdoor.notifier.FleetException;
import dev.frontdoor.notifier.FleetFilter;
import dev.frontdoor.notifier.FleetInstance;
import dev.frontdoor.notifier.FleetReply;
import dev.frontdoor.notifier.FleetResult;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * The fleet as this instance sees it: reads come from the directory, actions go to the workers of
 * this instance or to other instances.
 */
final class InstanceFleet extends FleetReads implements Fleet {

    private static final Duration MAX_TIME_LIMIT = Duration.ofDays(1);

    private static final Duration MAX_BAN = Duration.ofDays(365);

    /** Workers of which one is chosen for a push. */
    private static final int CANDIDATES = 100;

    private final String own;
    private final Workers workers;
    private final LocalActions local;
    private final RemoteActions remote;
    private final @Nullable FleetBans bans;
    private final Executor completions;

    /**
     * The fleet.
     *
     * @param own the name of this process
     * @param bans null if each instance has its own
     * @param completions completes what callers wait for
     */
    InstanceFleet(
            String own,
            RedisFleet reads,
            Workers workers,
            LocalActions local,
            RemoteActions remote,
            @Nullable FleetBans bans,
            Executor completions) {
        super(reads);
        this.own = own;
        this.workers = workers;
        this.local = local;
        this.remote = remote;
        this.bans = bans;
        this.completions = completions;
    }

    @Override
    public CompletableFuture<byte[]> push(
            String instance, long pid, byte[] payload, Duration timeLimit) {
        requireTimeLimit(timeLimit);
        return instance.equals(own)
                ? workers.push(pid, payload, timeLimit)
                : result(
                        remote.perform(
                                instance, new FleetAction.Push(pid, payload.clone(), timeLimit)),
                        InstanceFleet::reply);
    }

    @Override
    public CompletableFuture<FleetReply> push(
            FleetFilter filter, byte[] payload, Duration timeLimit) {
        byte[] copy = payload.clone();
        requireTimeLimit(timeLimit);
        return list(filter, CANDIDATES, null)
                .thenComposeAsync(
                        page -> {
                            List<FleetWorker> near =
                                    page.workers().stream()
                                            .filter(worker -> worker.instance().equals(own))
                                            .toList();
                            List<FleetWorker> found = near.isEmpty() ? page.workers() : near;
                            if (found.isEmpty()) {
                                return CompletableFuture.failedFuture(
                                        new PushException(
                                                Reason.UNKNOWN_PID,
                                                "the filter selects no worker"));
                            }
                            FleetWorker to =
                                    found.get(ThreadLocalRandom.current().nextInt(found.size()));
                            return push(to.instance(), to.pid(), copy, timeLimit)
                                    .thenApply(reply ->
                                            new FleetReply(
                                                    to.instance(), to.pid(), Bytes.copyOf(reply)));
                        },
                        completions);
    }

    @Override
    public CompletableFuture<@Nullable Void> send(String instance, long pid, byte[] payload) {
        return result(
                perform(instance, new FleetAction.Send(Selection.of(pid), payload.clone())),
                outcome -> {
                    long _ = ActionResults.done(outcome);
                    return null;
                });
    }

    @Override
    public CompletableFuture<FleetResult> send(WorkerFilter filter, byte[] payload) {
        return everywhere(new FleetAction.Send(Selection.of(filter), payload.clone()));
    }

    @Override
    public CompletableFuture<Boolean> disconnect(String instance, long pid, String reason) {
        return result(
                perform(instance, new FleetAction.Disconnect(Selection.of(pid), reason)),
                outcome -> ActionResults.done(outcome) > 0);
    }

    @Override
    public CompletableFuture<FleetResult> disconnect(WorkerFilter filter, String reason) {
        return everywhere(new FleetAction.Disconnect(Selection.of(filter), reason));
    }

    @Override
    public CompletableFuture<Boolean> evict(String instance, long pid) {
        return result(
                perform(instance, new FleetAction.Evict(EvictionRequest.pids(Set.of(pid)))),
                outcome -> ActionResults.done(outcome) > 0);
    }

    @Override
    public CompletableFuture<FleetResult> evict(EvictionRequest request) {
        return everywhere(new FleetAction.Evict(request));
    }

    @Override
    public CompletableFuture<FleetResult> ban(
            String identity, Duration duration, String reason, boolean disconnect) {
        if (!duration.isPositive() || duration.compareTo(MAX_BAN) > 0) {
            throw new IllegalArgumentException(
                    "duration must be more than 0 and at most 365 days, was " + duration);
        }
        FleetAction ban = new FleetAction.Ban(identity, duration, reason, disconnect);
        FleetBans all = bans;
        return all == null
                ? everywhere(ban)
                : local.perform(ban)
                        .thenCompose(outcome ->
                                outcome instanceof Failed failed
                                        ? CompletableFuture.completedFuture(
                                                new FleetResult(0, Map.of(own, failed.message())))
                                        : all.synchronize()
                                                .handle((_, _) -> new FleetAction.ReadBans())
                                                .thenCompose(this::everywhere));
    }

    private static void requireTimeLimit(Duration timeLimit) {
        if (!timeLimit.isPositive() || timeLimit.compareTo(MAX_TIME_LIMIT) > 0) {
            throw new IllegalArgumentException(
                    "timeLimit must be more than zero and at most a day, was " + timeLimit);
        }
    }

    private CompletableFuture<FleetOutcome> perform(String instance, FleetAction action) {
        return instance.equals(own) ? local.perform(action) : remote.perform(instance, action);
    }

    private CompletableFuture<FleetResult> everywhere(FleetAction action) {
        return instances()
                .thenComposeAsync(
                        found -> {
                            ActionResults results = new ActionResults();
                            CompletableFuture<?>[] outcomes =
                                    found.stream()
                                            .filter(FleetInstance::live)
                                            .map(instance ->
                                                    perform(instance.name(), action)
                                                            .thenAccept(outcome ->
                                                                    results.add(
                                                                            instance.name(),
                                                                            outcome)))
                                            .toArray(CompletableFuture[]::new);
                            return CompletableFuture.allOf(outcomes)
                                    .thenApplyAsync(_ -> results.sum(), completions);
                        },
                        completions);
    }

    /** What callers wait for: it ends with the outcome, and canceling it cancels the action. */
    private <T extends @Nullable Object> CompletableFuture<T> result(
            CompletableFuture<FleetOutcome> outcome, Function<FleetOutcome, T> value) {
        CompletableFuture<T> result = new CompletableFuture<>();
        var _ =
                outcome.thenAcceptAsync(
                        with -> {
                            try {
                                result.complete(value.apply(with));
                            } catch (PushException | FleetException e) {
                                result.completeExceptionally(e);
                            }
                        },
                        completions);
        var _ =
                result.whenComplete((_, _) -> {
                    if (result.isCancelled()) {
                        outcome.cancel(false);
                    }
                });
        return result;
    }

    private static byte[] reply(FleetOutcome outcome) {
        return switch (outcome) {
            case Replied replied -> replied.payload();
            case PushFailed failed -> throw failed.exception();
            case Failed failed -> throw failed.exception();
            case Done _ -> throw new FleetException("the answer is not that of a push", null);
        };
    }
}
