package dev.frontdoor.process;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Pushes to each of its workers all the time, and appends each push and its end to a file. */
final class PushDriver implements ConnectionNotifier, AutoCloseable {

    private static final Duration PUSH_LIMIT = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 50;

    private final Workers workers;
    private final Path file;
    private final Set<Long> pids = ConcurrentHashMap.newKeySet();
    private final AtomicLong numbers = new AtomicLong();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    private PushDriver(Workers workers, Path file) {
        this.workers = workers;
        this.file = file;
        var _ =
                timer.scheduleWithFixedDelay(
                        () -> pids.forEach(this::push),
                        PAUSE_MILLIS,
                        PAUSE_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    /** Makes it a bean of the service that its jar is dropped into. */
    @AutoConfiguration
    static final class Configuration {

        @Bean
        PushDriver pushDriver(Workers workers, @Value("${driver.file}") Path file) {
            return new PushDriver(workers, file);
        }
    }

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        pids.add(pid);
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        pids.remove(pid);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void push(long pid) {
        long number = numbers.incrementAndGet();
        byte[] payload = "wait 20 %s".formatted(number).getBytes(StandardCharsets.UTF_8);
        note("begun %s".formatted(number));
        var _ =
                workers.push(pid, payload, PUSH_LIMIT)
                        .whenComplete((_, e) -> note("ended %s %s".formatted(number, outcome(e))));
    }

    private static String outcome(@Nullable Throwable failure) {
        return failure == null ? "replied" : String.valueOf(failure.getMessage());
    }

    private synchronized void note(String line) {
        try {
            Files.writeString(
                    file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
