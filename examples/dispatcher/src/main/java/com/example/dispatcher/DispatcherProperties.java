package com.example.dispatcher;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import java.time.Duration;

/**
 * Settings of the dispatcher.
 *
 * @param maxTasks tasks of this instance that may wait or run at once
 * @param maxPayloadSize maximum size of the payload of one task
 * @param maxPendingPerWorker tasks that one worker has at once; less than {@code
 *     frontdoor.pushes.max-pending-per-worker}
 * @param maxDeaths workers that disconnect with a task until it fails
 * @param busyPause how long a worker that is busy gets no task
 * @param heartbeat on a fleet, how often an instance shows that it is alive; one that misses five
 *     heartbeats is dead
 */
@ConfigurationProperties("dispatcher")
record DispatcherProperties(
        @DefaultValue("10000") int maxTasks,
        @DefaultValue("64KB") DataSize maxPayloadSize,
        @DefaultValue("4") int maxPendingPerWorker,
        @DefaultValue("10") int maxDeaths,
        @DefaultValue("1s") Duration busyPause,
        @DefaultValue("2s") Duration heartbeat) {

    private static final Duration MAX_TIME_LIMIT = Duration.ofDays(1);

    /** What the service accepts from a worker by default. */
    private static final int MAX_NAME_LENGTH = 1024;

    /**
     * Checks a task.
     *
     * @throws IllegalArgumentException if something is not allowed
     */
    void requireAllowed(String taskQueue, String activityType, byte[] payload, Duration timeLimit) {
        require(
                taskQueue.length() <= MAX_NAME_LENGTH && activityType.length() <= MAX_NAME_LENGTH,
                "a task queue or an activity type has more than %s characters"
                        .formatted(MAX_NAME_LENGTH));
        require(
                payload.length <= maxPayloadSize.toBytes(),
                "the payload of %s bytes exceeds dispatcher.max-payload-size (%s)"
                        .formatted(payload.length, maxPayloadSize));
        require(
                timeLimit.isPositive() && timeLimit.compareTo(MAX_TIME_LIMIT) <= 0,
                "the time limit must be more than zero and at most %s, was %s"
                        .formatted(MAX_TIME_LIMIT, timeLimit));
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
