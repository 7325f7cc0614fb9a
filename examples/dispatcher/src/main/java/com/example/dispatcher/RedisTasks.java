package com.example.dispatcher;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.ReactiveHashOperations;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

import reactor.core.publisher.Mono;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The tasks of a fleet, in Redis. One hash has the heartbeats: a number for each instance that has
 * tasks. Another one for each instance has its tasks, by identifier. All keys are in one slot of a
 * cluster, so a script can change them in one step.
 */
final class RedisTasks implements TaskStore {

    private static final Logger log = LoggerFactory.getLogger(RedisTasks.class);

    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);

    private static final String HEARTBEATS = "dispatcher:{tasks}:heartbeats";
    private static final String TASKS = "dispatcher:{tasks}:of:";

    /** An instance that has a task has a heartbeat, so that others see when it dies. */
    private static final RedisScript<Long> KEEP =
            RedisScript.of(
                    """
                    redis.call('HSETNX', KEYS[1], ARGV[1], 0)
                    return redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
                    """,
                    Long.class);

    /** Moves tasks of an instance to another one, unless it has a later heartbeat. */
    private static final RedisScript<Long> CLAIM =
            RedisScript.of(
                    """
                    if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
                      return 0
                    end
                    local tasks = redis.call('HRANDFIELD', KEYS[2], ARGV[4], 'WITHVALUES')
                    for i = 1, #tasks, 2 do
                      redis.call('HSET', KEYS[3], tasks[i], tasks[i + 1])
                      redis.call('HDEL', KEYS[2], tasks[i])
                    end
                    redis.call('HSETNX', KEYS[1], ARGV[3], 0)
                    if redis.call('EXISTS', KEYS[2]) == 0 then
                      redis.call('HDEL', KEYS[1], ARGV[1])
                    end
                    return #tasks / 2
                    """,
                    Long.class);

    private final String instance;
    private final ReactiveStringRedisTemplate redis;
    private final ReactiveHashOperations<String, String, String> hashes;

    /**
     * A task as JSON.
     *
     * @param deadline in milliseconds since 1970
     */
    record StoredTask(
            String taskQueue, String activityType, byte[] payload, long deadline, int deaths) {}

    RedisTasks(String instance, ReactiveStringRedisTemplate redis) {
        this.instance = instance;
        this.redis = redis;
        this.hashes = redis.opsForHash();
    }

    @Override
    public CompletableFuture<?> keep(Task task) {
        StoredTask stored =
                new StoredTask(
                        task.route().taskQueue(),
                        task.route().activityType(),
                        task.payload(),
                        System.currentTimeMillis() + task.timeLeft().toMillis(),
                        task.deaths());
        String json = JsonMapper.shared().writeValueAsString(stored);
        return redis.execute(
                        KEEP,
                        List.of(HEARTBEATS, tasksOf(instance)),
                        List.of(instance, task.id(), json))
                .then()
                .timeout(TIME_LIMIT)
                .toFuture();
    }

    @Override
    public CompletableFuture<?> forget(Task task) {
        return hashes.remove(tasksOf(instance), task.id()).timeout(TIME_LIMIT).toFuture();
    }

    /** Adds to the heartbeats of this instance, and returns their number. May wait. */
    long beat() {
        return await(hashes.increment(HEARTBEATS, instance, 1));
    }

    /** The heartbeats of all instances. May wait. */
    Map<String, String> heartbeats() {
        return await(hashes.entries(HEARTBEATS).collectMap(Entry::getKey, Entry::getValue));
    }

    /**
     * Moves tasks of an instance to this one, and returns their number. May wait.
     *
     * @param heartbeat the instance is dead only if this is still its heartbeat
     * @param max of tasks
     */
    long claim(String from, String heartbeat, int max) {
        return await(
                redis.execute(
                                CLAIM,
                                List.of(HEARTBEATS, tasksOf(from), tasksOf(instance)),
                                List.of(from, heartbeat, instance, Integer.toString(max)))
                        .single());
    }

    /** How many tasks this instance has in Redis. May wait. */
    long size() {
        return await(hashes.size(tasksOf(instance)));
    }

    /** The identifiers of its tasks. May wait. */
    List<String> ids() {
        return await(hashes.keys(tasksOf(instance)).collectList());
    }

    /** Reads some tasks of this instance, without those that have been forgotten. May wait. */
    List<Task> read(List<String> ids) {
        List<String> found = await(hashes.multiGet(tasksOf(instance), ids));
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if (found.get(i) != null) {
                read(ids.get(i), found.get(i)).ifPresent(tasks::add);
            }
        }
        return tasks;
    }

    /** A task whose time is over expires at once. */
    private static Optional<Task> read(String id, String json) {
        try {
            StoredTask stored = JsonMapper.shared().readValue(json, StoredTask.class);
            long millis = Math.max(1, stored.deadline() - System.currentTimeMillis());
            Route route = new Route(stored.taskQueue(), stored.activityType());
            return Optional.of(
                    new Task(
                            id,
                            route,
                            stored.payload(),
                            Duration.ofMillis(millis),
                            stored.deaths()));
        } catch (JacksonException e) {
            log.warn("task {} stays in Redis, as it cannot be read", id);
            return Optional.empty();
        }
    }

    private static <T> T await(Mono<T> answer) {
        return Objects.requireNonNull(answer.block(TIME_LIMIT));
    }

    private static String tasksOf(String instance) {
        return TASKS + instance;
    }
}
