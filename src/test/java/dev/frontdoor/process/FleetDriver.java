package dev.frontdoor.process;

import dev.frontdoor.notifier.Fleet;
import dev.frontdoor.notifier.FleetFilter;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.notifier.PushException;

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
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Pushes to workers of the whole fleet all the time, and appends each push and its end to a file.
 * It learns the workers from the directory, and pushes to those of dead instances, too, for a
 * while.
 */
final class FleetDriver implements AutoCloseable {

    /** A file beside the ledgers that ends the pushes. */
    static final String STOP = "stop";

    private static final Duration PUSH_LIMIT = Duration.ofMinutes(2);
    private static final long PAUSE_MILLIS = 20;
    private static final int PUSHES = 4;

    private final Fleet fleet;
    private final String instance;
    private final Path file;
    private final AtomicLong numbers = new AtomicLong();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private volatile List<FleetWorker> workers = List.of();
    private int next;

    private FleetDriver(Fleet fleet, String instance, Path file) {
        this.fleet = fleet;
        this.instance = instance;
        this.file = file;
        var _ = timer.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
        var _ =
                timer.scheduleWithFixedDelay(
                        this::push, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Makes it a bean of the service that its jar is dropped into. */
    @AutoConfiguration
    static final class Configuration {

        @Bean
        FleetDriver fleetDriver(
                Fleet fleet,
                @Value("${frontdoor.instance-name}") String instance,
                @Value("${driver.directory}") Path directory) {
            return new FleetDriver(
                    fleet, instance, directory.resolve(instance.replace('/', '_') + ".pushes"));
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void look() {
        var _ =
                fleet.list(FleetFilter.ALL, 1000, null)
                        .thenAccept(page -> workers = page.workers());
    }

    private void push() {
        List<FleetWorker> known = workers;
        if (Files.exists(file.resolveSibling(STOP))) {
            return;
        }
        for (int i = 0; i < PUSHES && !known.isEmpty(); i++) {
            FleetWorker to = known.get(next++ % known.size());
            String payload = "%s#%s".formatted(instance, numbers.incrementAndGet());
            note("begun %s %s".formatted(payload, to.instance()));
            var _ =
                    fleet.push(
                                    to.instance(),
                                    to.pid(),
                                    payload.getBytes(StandardCharsets.UTF_8),
                                    PUSH_LIMIT)
                            .whenComplete((reply, e) -> note(ended(payload, reply, e)));
        }
    }

    private static String ended(
            String payload, byte @Nullable [] reply, @Nullable Throwable failure) {
        if (reply != null) {
            boolean same = payload.equals(new String(reply, StandardCharsets.UTF_8));
            return "ended %s %s".formatted(payload, same ? "replied" : "WRONG_REPLY");
        }
        return "ended %s %s"
                .formatted(
                        payload,
                        failure instanceof PushException push ? push.reason() : "FAULT:" + failure);
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
