package dev.frontdoor.process;

import static org.awaitility.Awaitility.await;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.TestWorkerBuilder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The executable jar, running as a process of its own on free ports. */
final class ServiceProcess implements AutoCloseable {

    /** The bound of every wait, also on a busy machine. */
    static final Duration MAX_WAIT = Duration.ofSeconds(60);

    /** How long the process may take to start, or to fail to. */
    private static final Duration START = Duration.ofMinutes(2);

    private static final Pattern PORT = Pattern.compile("Netty started on port (\\d+)");

    private final Process process;
    private final Path log;
    private final HttpClient http = HttpClient.newHttpClient();

    private ServiceProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** What a process is started with. */
    static final class Builder {

        private final Path directory;
        private final Map<String, String> environment;
        private final ProcessBuilder builder = new ProcessBuilder();
        private Path jar = BuiltJars.executable();

        private Builder(Path directory) {
            this.directory = directory;
            this.environment = builder.environment();
        }

        /** A copy of the executable jar instead of the one the build made. */
        Builder jar(Path jar) {
            this.jar = jar;
            return this;
        }

        Builder environment(String key, String value) {
            environment.put(key, value);
            return this;
        }

        /** A process that has only just been started. */
        ServiceProcess launch(String... arguments) throws IOException {
            Path log = Files.createTempFile(directory, "service-", ".log");
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:TieredStopAtLevel=1",
                                    "-XX:+UseSerialGC",
                                    "-Xmx256m",
                                    "-jar",
                                    jar.toString(),
                                    "--server.port=0",
                                    "--management.server.port=0"));
            command.addAll(List.of(arguments));
            Process process =
                    builder.command(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            return new ServiceProcess(process, log);
        }

        /** A process that serves. */
        ServiceProcess start(String... arguments) throws IOException {
            ServiceProcess service = launch(arguments);
            try {
                service.awaitStart();
                return service;
            } catch (RuntimeException | Error e) {
                service.close();
                throw e;
            }
        }

        /** What a process says that cannot start; it must end with exit code 1. */
        String fail(String... arguments) throws IOException, InterruptedException {
            try (ServiceProcess service = launch(arguments)) {
                int code = service.awaitExit(START);
                if (code != 1) {
                    throw new AssertionError("ended with %d:\n%s".formatted(code, service.log()));
                }
                return service.log();
            }
        }
    }

    /** A process with this working directory. */
    static Builder in(Path directory) {
        return new Builder(directory);
    }

    /** A worker to be connected. */
    TestWorkerBuilder worker() {
        return TestWorker.to(URI.create("ws://localhost:%d/liminal".formatted(port(0))))
                .timeout(MAX_WAIT);
    }

    /** What operators get for a GET. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(operators(path)).timeout(MAX_WAIT).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What operators get for a POST without a body. */
    HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(operators(path))
                        .timeout(MAX_WAIT)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The exit code, once it has ended by itself. */
    int awaitExit(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("has not ended within %s:\n%s".formatted(limit, log()));
        }
        return process.exitValue();
    }

    /** All it has printed. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it at once if it has not ended. */
    @Override
    public void close() {
        http.close();
        process.destroyForcibly();
        process.onExit().join();
    }

    private void awaitStart() {
        await().atMost(START)
                .until(() -> !process.isAlive() || log().contains("Started FrontDoorApplication"));
        if (!process.isAlive()) {
            throw new AssertionError("did not start:\n" + log());
        }
    }

    private URI operators(String path) {
        return URI.create("http://localhost:%d%s".formatted(port(1), path));
    }

    /** The workers' port is bound first, then the operators'. */
    private int port(int index) {
        List<MatchResult> ports = PORT.matcher(log()).results().toList();
        return Integer.parseInt(ports.get(index).group(1));
    }
}
