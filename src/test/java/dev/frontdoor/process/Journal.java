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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * Appends a line to a file for each call. It pushes every publication back to its worker, and
 * appends how the push ended.
 */
final class Journal implements ConnectionNotifier, AutoCloseable {

    private static final Duration PUSH_LIMIT = Duration.ofMinutes(2);

    private final Workers workers;
    private final Path file;

    private Journal(Workers workers, Path file) {
        this.workers = workers;
        this.file = file;
    }

    /** Makes it a bean of the service that its jar is dropped into. */
    @AutoConfiguration
    static final class Configuration {

        @Bean
        Journal journal(Workers workers, @Value("${journal.file}") Path file) {
            return new Journal(workers, file);
        }
    }

    /** The lines of a journal. */
    static List<String> read(Path file) throws IOException {
        return Files.readAllLines(file);
    }

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        note("registered %d %s".formatted(pid, registration.identity()));
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        note("unregistered %d".formatted(pid));
    }

    @Override
    public boolean onChannelPublish(long pid, String channel, byte[] payload) {
        var _ = workers.push(pid, payload, PUSH_LIMIT).whenComplete((_, e) -> pushed(pid, e));
        return true;
    }

    @Override
    public void close() {
        note("closed");
    }

    private void pushed(long pid, @Nullable Throwable failure) {
        note("push %d %s".formatted(pid, failure == null ? "replied" : failure.getMessage()));
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
