package com.example.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Submits tasks, some at each interval, and writes into a file the payload of each that is stored.
 */
@Configuration(proxyBeanMethods = false)
class TaskSource {

    private static final Duration LIMIT = Duration.ofMinutes(30);

    @Bean
    ScheduledExecutorService taskTimer() {
        return Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
    }

    @Bean
    ApplicationRunner tasks(
            Dispatcher dispatcher,
            ScheduledExecutorService taskTimer,
            @Value("${frontdoor.instance-name}") String instance,
            @Value("${tasks.file}") Path file,
            @Value("${tasks.count:0}") int count,
            @Value("${tasks.interval:1ms}") Duration interval) {
        int[] submitted = new int[1];
        return _ ->
                taskTimer.scheduleWithFixedDelay(
                        () -> {
                            if (submitted[0] < count) {
                                String payload = instance + "#" + submitted[0]++;
                                dispatcher
                                        .submit("default", "echo", payload.getBytes(UTF_8), LIMIT)
                                        .stored()
                                        .thenRun(() -> write(file, payload));
                            }
                        },
                        0,
                        interval.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private static synchronized void write(Path file, String payload) {
        try (BufferedWriter writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND)) {
            writer.write(payload + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
