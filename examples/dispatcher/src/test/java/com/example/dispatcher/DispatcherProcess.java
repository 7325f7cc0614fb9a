package com.example.dispatcher;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The service with the dispatcher and a {@link TaskSource}, as a process of its own. */
final class DispatcherProcess implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("Netty started on port (\\d+)");

    private final Process process;
    private final Path log;
    private final Path stored;

    private DispatcherProcess(Process process, Path log, Path stored) {
        this.process = process;
        this.log = log;
        this.stored = stored;
    }

    /** Launches a process and does not wait for it. */
    static DispatcherProcess launch(Path directory, String... settings) throws IOException {
        Path log = Files.createTempFile(directory, "process-", ".log");
        Path stored = Files.createTempFile(directory, "process-", ".stored");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx160m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dspring.devtools.restart.enabled=false",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.frontdoor.FrontDoorApplication",
                                "--spring.main.sources=" + TaskSource.class.getName(),
                                "--tasks.file=" + stored,
                                "--server.port=0",
                                "--management.server.port=0",
                                "--frontdoor.limits.max-event-loop-lag=0s",
                                "--frontdoor.registrations.decision-timeout=60s",
                                "--frontdoor.notifiers.timeout=30s",
                                "--frontdoor.directory.enabled=true"));
        command.addAll(List.of(settings));
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        return new DispatcherProcess(process, log, stored);
    }

    DispatcherProcess awaitStart() {
        Waiting.until(
                "the start",
                () -> {
                    assertTrue(process.isAlive(), this::log);
                    return log().contains("Started FrontDoorApplication");
                });
        return this;
    }

    /** The address for workers. */
    URI url() {
        Matcher port = PORT.matcher(log());
        assertTrue(port.find());
        return URI.create("ws://localhost:%s/liminal".formatted(port.group(1)));
    }

    /** The payloads of the tasks that it has stored so far. */
    List<String> stored() {
        try (Stream<String> lines = Files.lines(stored)) {
            return lines.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Sends SIGKILL, and waits for the end. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
