package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.notifier.IdentityKey;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Finds workers of a dead instance that have connected to another one. */
final class MovedWorkers {

    /** Workers of one identity that are looked at. */
    private static final int CANDIDATES = 8;

    private final Redis redis;

    MovedWorkers(Redis redis) {
        this.redis = redis;
    }

    /**
     * Where workers are now, for those that have connected elsewhere since a lease was renewed.
     *
     * @param renewed the time of Redis when the dead instance last renewed its lease
     * @param live all live epochs
     */
    Map<FleetWorker, FleetWorker> find(
            Epoch dead, long renewed, List<FleetWorker> workers, Map<Epoch, Facts> live) {
        List<Object> arguments = new ArrayList<>(List.of(CANDIDATES));
        workers.stream()
                .map(worker -> worker.registration().identity())
                .distinct()
                .forEach(arguments::add);
        Map<Epoch, CompletableFuture<Reply>> replies = new HashMap<>();
        for (Epoch epoch : live.keySet()) {
            if (!epoch.instance().equals(dead.instance())) {
                replies.put(
                        epoch,
                        redis.start(
                                Script.IDENTITIES, List.of(epoch.facts()), arguments.toArray()));
            }
        }
        Map<FleetWorker, FleetWorker> moved = new HashMap<>();
        replies.forEach((epoch, reply) -> {
            Facts facts = Objects.requireNonNull(live.get(epoch));
            for (byte[] entry : Redis.await(reply).entries(0)) {
                FleetWorker candidate = Entry.read(epoch.instance(), entry);
                if (candidate.connectedAt().toEpochMilli() + facts.clockOffset() >= renewed) {
                    workers.stream()
                            .filter(worker -> isSame(worker, candidate))
                            .forEach(worker -> moved.put(worker, candidate));
                }
            }
        });
        return moved;
    }

    /** Whether two workers are duplicates of each other. */
    private static boolean isSame(FleetWorker one, FleetWorker other) {
        return IdentityKey.of(one.registration()).equals(IdentityKey.of(other.registration()));
    }
}
