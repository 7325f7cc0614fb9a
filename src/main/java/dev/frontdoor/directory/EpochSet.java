package dev.frontdoor.directory;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScoredValue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The set of all epochs in Redis, and the ranks of one. */
final class EpochSet {

    private final Redis redis;

    EpochSet(Redis redis) {
        this.redis = redis;
    }

    /** All epochs, with the time of Redis when each last renewed its lease. */
    CompletableFuture<Map<Epoch, Long>> all() {
        return redis.call(
                "epochs",
                commands ->
                        commands.zrangeWithScores(Redis.bytes(Epoch.ALL), 0, -1)
                                .thenApply(members -> {
                                    Map<Epoch, Long> epochs = new LinkedHashMap<>();
                                    for (ScoredValue<byte[]> member : members) {
                                        Epoch epoch = Epoch.parse(Redis.text(member.getValue()));
                                        if (epoch != null) {
                                            epochs.put(epoch, (long) member.getScore());
                                        }
                                    }
                                    return epochs;
                                }));
    }

    /** Enters an epoch into the set of all, with the time of Redis. */
    void enter(Epoch epoch, long redisTime) {
        Long _ =
                Redis.await(
                        redis.call(
                                "epochs",
                                commands ->
                                        commands.zadd(
                                                Redis.bytes(Epoch.ALL),
                                                (double) redisTime,
                                                Redis.bytes(epoch.member()))));
    }

    /** Removes an epoch from the set of all. */
    void forget(Epoch epoch) {
        Long _ =
                Redis.await(
                        redis.call(
                                "epochs",
                                commands ->
                                        commands.zrem(
                                                Redis.bytes(Epoch.ALL),
                                                Redis.bytes(epoch.member()))));
    }

    /** Ranks of an epoch, in their order, after one; the first ones after an empty text. */
    List<String> ranksAfter(Epoch epoch, String rank, int max) {
        Range<byte[]> range =
                Range.from(
                        rank.isEmpty()
                                ? Range.Boundary.unbounded()
                                : Range.Boundary.excluding(Redis.bytes(rank)),
                        Range.Boundary.unbounded());
        return Redis.await(
                        redis.call(
                                "ranks",
                                commands ->
                                        commands.zrangebylex(
                                                Redis.bytes(epoch.order()),
                                                range,
                                                Limit.create(0, max))))
                .stream()
                .map(Redis::text)
                .toList();
    }
}
