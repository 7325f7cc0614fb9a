package com.example.dispatcher;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * Settings of the dispatcher.
 *
 * @param maxTasks tasks that may wait or run at once
 * @param maxPendingPerWorker tasks that one worker has at once; less than {@code
 *     frontdoor.pushes.max-pending-per-worker}
 * @param busyPause how long a worker that is busy gets no task
 */
@ConfigurationProperties("dispatcher")
record DispatcherProperties(
        @DefaultValue("10000") int maxTasks,
        @DefaultValue("4") int maxPendingPerWorker,
        @DefaultValue("1s") Duration busyPause) {}
