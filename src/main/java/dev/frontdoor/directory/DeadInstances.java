package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetException;
import dev.frontdoor.notifier.FleetWorker;

import io.micrometer.core.instrument.Clock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reports and removes the workers of epochs without a live lease. Used by one thread.
 *
 * <p>A lease that has lapsed is not enough: after an outage of Redis, all have. An epoch is claimed
 * only if this instance has seen it without a renewal for one and a half renewal intervals, and
 * Redis has answered all that time. By then, every instance that lives has renewed its lease.
 *
 * <p>One call gives the last renewals of all epochs. Only those that have not renewed since the
 * last look are looked at closely, so that a look takes few calls in a large fleet.
 */
final class DeadInstances {

    private static final Logger log = LoggerFactory.getLogger(DeadInstances.class);

    /** Entries that are claimed at once, and so the most that another instance may report again. */
    static final int PAGE = 100;

    /** How long a worker that was reported lost is known, in case it returns. */
    static final Duration LOST_FOR = Duration.ofDays(1);

    /** Epochs of which this instance remembers what it has reported. */
    private static final int REMEMBERED = 256;

    private final Redis redis;
    private final EpochSet epochs;
    private final Supplier<Epoch> own;
    private final MovedWorkers movedWorkers;
    private final Listeners listeners;
    private final Consumer<FleetWorker> onGone;
    private final DirectoryProperties properties;
    private final Clock clock;
    private final Map<Epoch, Suspect> suspects = new HashMap<>();

    /** When each epoch was renewed, as of the last look. */
    private Map<Epoch, Long> renewals = Map.of();

    /** What was reported of an epoch, by pid, as a kind of the script. */
    private final Map<Epoch, Map<Long, String>> reported;

    private record Suspect(long renewed, long since) {}

    /**
     * Looks for epochs.
     *
     * @param own the present epoch of this instance
     * @param onGone takes each worker that is gone with its instance; does not wait
     */
    DeadInstances(
            Redis redis,
            Supplier<Epoch> own,
            Listeners listeners,
            Consumer<FleetWorker> onGone,
            DirectoryProperties properties,
            Clock clock) {
        this.redis = redis;
        this.epochs = new EpochSet(redis);
        this.own = own;
        this.movedWorkers = new MovedWorkers(redis);
        this.listeners = listeners;
        this.onGone = onGone;
        this.properties = properties;
        this.clock = clock;
        this.reported = new BoundedMap<>(REMEMBERED);
    }

    /**
     * Looks once, and cleans up after what is found. May wait for Redis and for listeners.
     *
     * @param closely whether to look at all epochs, those that have renewed their lease as well
     * @return all live epochs if all were looked at, none otherwise
     */
    Map<Epoch, Facts> step(boolean closely) {
        Map<Epoch, Facts> live = new HashMap<>();
        try {
            Map<Epoch, Long> found = new HashMap<>(Redis.await(epochs.all()));
            found.keySet().removeIf(epoch -> !epoch.isReadable());
            suspects.keySet().retainAll(found.keySet());
            List<Epoch> renewed = new ArrayList<>();
            List<Epoch> dead = new ArrayList<>();
            found.forEach((epoch, renewal) -> {
                Long before = renewals.get(epoch);
                if (closely || before == null || before.equals(renewal)) {
                    look(epoch, live, dead);
                } else {
                    suspects.remove(epoch);
                    renewed.add(epoch);
                }
            });
            renewals = found;
            if (!dead.isEmpty()) {
                // Their workers may have moved to any of these.
                renewed.forEach(epoch -> look(epoch, live, dead));
            }
            for (Epoch epoch : dead) {
                Suspect suspect = suspects.get(epoch);
                if (suspect != null) {
                    clean(epoch, suspect.renewed, live);
                }
            }
        } catch (FleetException e) {
            // What was not seen for a while proves nothing.
            suspects.clear();
            log.debug("the search for dead instances failed: {}", e.getMessage());
        }
        return closely ? live : Map.of();
    }

    private void look(Epoch epoch, Map<Epoch, Facts> live, List<Epoch> dead) {
        Facts facts = Facts.of(redis.run(Script.FACTS, List.of(epoch.facts())));
        long now = clock.monotonicTime();
        if (facts != null && facts.isLive()) {
            suspects.remove(epoch);
            live.put(epoch, facts);
            return;
        }
        if (epoch.equals(own.get())) {
            return;
        }
        long renewed = facts == null ? -1 : facts.renewed();
        Suspect suspect = suspects.get(epoch);
        if (suspect == null || suspect.renewed != renewed) {
            suspect = new Suspect(renewed, now);
            suspects.put(epoch, suspect);
        }
        if ((facts != null && facts.ended())
                || now - suspect.since >= properties.renewalInterval().toNanos() * 3 / 2) {
            if (facts == null) {
                epochs.forget(epoch);
            } else {
                dead.add(epoch);
            }
        }
    }

    private void clean(Epoch epoch, long renewed, Map<Epoch, Facts> live) {
        Map<Long, String> before = reported.computeIfAbsent(epoch, _ -> new HashMap<>());
        List<Object> handled = List.of();
        while (true) {
            List<Object> arguments =
                    new ArrayList<>(
                            List.of(
                                    own.get().instance(),
                                    properties.lease().toMillis(),
                                    PAGE,
                                    Epoch.channel(epoch.schema()),
                                    epoch.schema(),
                                    epoch.instance(),
                                    epoch.number(),
                                    LOST_FOR.toMillis()));
            arguments.addAll(handled);
            Reply reply =
                    redis.run(
                            Script.CLAIM,
                            List.of(epoch.facts(), epoch.lost(), epoch.latest()),
                            arguments.toArray());
            switch (reply.state()) {
                case "PAGE" -> {
                    reportReturned(epoch, reply);
                    handled = report(epoch, renewed, reply, before, live);
                }
                case "DONE" -> {
                    reportReturned(epoch, reply);
                    epochs.forget(epoch);
                    log.info(
                            "cleaned up after epoch {} of instance {}",
                            epoch.number(),
                            epoch.instance());
                    return;
                }
                case "GONE" -> {
                    epochs.forget(epoch);
                    return;
                }
                default -> {
                    return;
                }
            }
        }
    }

    private void reportReturned(Epoch epoch, Reply reply) {
        for (byte[] entry : reply.entries(1)) {
            listeners.returned(Entry.read(epoch.instance(), entry));
        }
    }

    /** Reports the workers of a page, as many as there is time for. */
    private List<Object> report(
            Epoch epoch,
            long renewed,
            Reply reply,
            Map<Long, String> before,
            Map<Epoch, Facts> live) {
        boolean released = reply.number(2) != 0;
        List<Long> present = reply.numbers(4);
        List<FleetWorker> workers =
                reply.entries(3).stream()
                        .map(entry -> Entry.read(epoch.instance(), entry))
                        .toList();
        Map<FleetWorker, FleetWorker> moved =
                released ? Map.of() : movedWorkers.find(epoch, renewed, workers, live);
        List<Object> handled = new ArrayList<>();
        long start = clock.monotonicTime();
        for (int i = 0; i < workers.size(); i++) {
            FleetWorker worker = workers.get(i);
            String kind = before.get(worker.pid());
            if (kind == null) {
                kind = released || present.get(i) != 0 ? "removed" : report(worker, moved);
                before.put(worker.pid(), kind);
            }
            if (present.get(i) == 0) {
                onGone.accept(worker);
            }
            handled.add(kind);
            handled.add(worker.pid());
            if (clock.monotonicTime() - start > properties.lease().toNanos() / 3) {
                break;
            }
        }
        return handled;
    }

    private String report(FleetWorker worker, Map<FleetWorker, FleetWorker> moved) {
        FleetWorker to = moved.get(worker);
        if (to == null) {
            listeners.lost(worker);
            return "lost";
        }
        listeners.moved(worker, to);
        return "moved";
    }
}
