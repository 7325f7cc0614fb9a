package dev.frontdoor.push;

import dev.frontdoor.notifier.Ban;
import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.Eviction;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.registration.Bans;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.Ledgers;
import dev.frontdoor.registration.LiveFacts;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.LiveWorker;
import dev.frontdoor.registration.WorkerLink;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The registered workers of this instance, and what is known of their connections. */
public final class InstanceWorkers implements Workers {

    /** Who evicts or bans, for the log. */
    private static final String APPLICATION = "the application";

    private final LiveTable table;
    private final Ledgers ledgers;
    private final PushService pushes;
    private final Bans bans;
    private final Supplier<WorkerEvictions> evictions;

    /**
     * The workers in this table.
     *
     * @param evictions asked for at the first eviction: notifiers, which evictions need, may need
     *     the workers
     */
    InstanceWorkers(
            LiveTable table,
            Ledgers ledgers,
            PushService pushes,
            Bans bans,
            Supplier<WorkerEvictions> evictions) {
        this.table = table;
        this.ledgers = ledgers;
        this.pushes = pushes;
        this.bans = bans;
        this.evictions = evictions;
    }

    @Override
    public Optional<ConnectedWorker> find(long pid) {
        return table.find(pid).map(this::describe);
    }

    @Override
    public List<ConnectedWorker> list(WorkerFilter filter) {
        return table.newestFirst()
                .filter(worker -> filter.matches(worker.registration()))
                .map(this::describe)
                .filter(filter::matches)
                .toList();
    }

    /** The rows of the workers that a filter selects, newest connection first. */
    public List<LiveWorker> select(WorkerFilter filter) {
        return table.newestFirst()
                .filter(worker -> filter.matches(worker.registration()))
                .filter(worker -> filter.matches(describe(worker)))
                .toList();
    }

    @Override
    public Optional<ConnectionFacts> connection(long pid) {
        return Optional.ofNullable(facts(pid)).map(LiveFacts::snapshot);
    }

    @Override
    public boolean annotate(long pid, Map<String, String> labels) {
        LiveFacts facts = facts(pid);
        if (facts != null) {
            facts.annotate(labels);
        }
        return facts != null;
    }

    @Override
    public CompletableFuture<byte[]> push(long pid, byte[] payload, Duration timeLimit) {
        return pushes.push(pid, payload, timeLimit);
    }

    @Override
    public CompletableFuture<byte[]> pushAfterDecision(
            long pid, byte[] payload, Duration timeLimit) {
        return pushes.pushAfterDecision(pid, payload, timeLimit);
    }

    @Override
    public void send(long pid, byte[] payload) {
        pushes.send(pid, payload);
    }

    @Override
    public boolean disconnect(long pid, String reason) {
        Optional<LiveWorker> worker = table.find(pid);
        worker.ifPresent(found -> found.link().close(CloseCause.DISCONNECTED, reason));
        return worker.isPresent();
    }

    @Override
    public Eviction evict(EvictionRequest request) {
        return evictions.get().evict(request, APPLICATION);
    }

    @Override
    public List<Eviction> evictions() {
        return evictions.get().evictions();
    }

    @Override
    public Ban ban(String identity, Duration duration, String reason) {
        return bans.ban(identity, duration, reason, false, APPLICATION);
    }

    @Override
    public Ban banAndDisconnect(String identity, Duration duration, String reason) {
        return bans.ban(identity, duration, reason, true, APPLICATION);
    }

    @Override
    public boolean unban(String identity) {
        return bans.unban(identity, APPLICATION);
    }

    @Override
    public List<Ban> bans() {
        return bans.inForce();
    }

    private @Nullable LiveFacts facts(long pid) {
        WorkerLink link = ledgers.link(pid);
        return link == null ? null : link.facts();
    }

    private ConnectedWorker describe(LiveWorker worker) {
        LiveFacts facts = worker.link().facts();
        return new ConnectedWorker(
                worker.pid(),
                worker.registration(),
                worker.holders(),
                worker.link().remoteAddress(),
                worker.link().connectedAt(),
                worker.registeredAt(),
                pushes.pending(worker.pid()),
                facts.origin().userAgent(),
                facts.labels());
    }
}
