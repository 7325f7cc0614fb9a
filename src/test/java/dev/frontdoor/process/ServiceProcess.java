package dev.frontdoor.process;

import static org.awaitility.Awaitility.await;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.TestWorkerBuilder;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.net.SocketFactory;

/** The service as a process of its own on free ports, by default from the {@link UnpackedJar}. */
final class ServiceProcess implements AutoCloseable {

    /** The bound of every wait, also on a busy machine. */
    static final Duration MAX_WAIT = Duration.ofSeconds(60);

    /** The bound of a start, successful or not. */
    private static final Duration START = Duration.ofMinutes(2);

    private static final Pattern PORT = Pattern.compile("Netty started on port (\\d+)");

    private static final Pattern TCP_PORT =
            Pattern.compile("workers connect over plain TCP on port (\\d+)");

    private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");

    private final Process process;
    private final Path log;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private SocketFactory workerSockets = SocketFactory.getDefault();

    private ServiceProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** The arguments of a process. */
    static final class Builder {

        private final Path directory;
        private final Map<String, String> environment;
        private final ProcessBuilder builder = new ProcessBuilder();
        private final List<String> jvmOptions =
                new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xmx256m"));
        private @Nullable Path jar;
        private boolean unread;
        private int maxFiles;

        private Builder(Path directory) {
            this.directory = directory;
            this.environment = builder.environment();
            // The machine of a test may be busy.
            environment.put("FRONTDOOR_LIMITS_MAXEVENTLOOPLAG", "0s");
        }

        /** This jar as it is, instead of the {@link UnpackedJar unpacked one} of the build. */
        Builder jar(Path jar) {
            this.jar = jar;
            return this;
        }

        /** What the image says about memory, in a container of 256 MB with two processors. */
        Builder small() {
            jvmOptions.clear();
            jvmOptions.addAll(
                    List.of(
                            "-XX:MaxRAM=256m",
                            "-XX:MaxRAMPercentage=50",
                            "-XX:InitialRAMPercentage=6.25",
                            "-XX:TrimNativeHeapInterval=5000",
                            "-XX:G1PeriodicGCInterval=60000",
                            "-XX:+UseG1GC",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-XX:ActiveProcessorCount=2"));
            return this;
        }

        /** An option of the JVM, which overrides those of every process. */
        Builder jvmOption(String option) {
            jvmOptions.add(option);
            return this;
        }

        /** Standard output is a pipe that nobody reads; the log is a file of the service's own. */
        Builder unread() {
            unread = true;
            return this;
        }

        /** How many files the process may have open. */
        Builder maxFiles(int maxFiles) {
            this.maxFiles = maxFiles;
            return this;
        }

        Builder environment(String key, String value) {
            environment.put(key, value);
            return this;
        }

        /** Starts a process and does not wait for it. */
        ServiceProcess launch(String... arguments) throws IOException {
            Path log = Files.createTempFile(directory, "service-", ".log");
            List<String> command = new ArrayList<>();
            if (maxFiles > 0) {
                command.addAll(
                        List.of(
                                "sh",
                                "-c",
                                "ulimit -n %d && exec \"$@\"".formatted(maxFiles),
                                "sh"));
            }
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(UnpackedJar.OPTIONS);
            command.addAll(jvmOptions);
            command.addAll(
                    jar == null ? UnpackedJar.make().arguments() : List.of("-jar", jar.toString()));
            for (String port : List.of("--server.port=", "--management.server.port=")) {
                if (Arrays.stream(arguments).noneMatch(argument -> argument.startsWith(port))) {
                    command.add(port + "0");
                }
            }
            command.addAll(List.of(arguments));
            if (unread) {
                command.add("--logging.file.name=" + log);
            }
            Process process =
                    builder.command(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(unread ? Redirect.PIPE : Redirect.to(log.toFile()))
                            .start();
            return new ServiceProcess(process, log);
        }

        /** Starts a process and waits until it serves. */
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

        /** The output of a process that fails to start; expects exit code 1. */
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

    /** A builder of a worker for this process. */
    TestWorkerBuilder worker() {
        return TestWorker.to(URI.create("ws://localhost:%d/liminal".formatted(port(0))))
                .socketFactory(workerSockets)
                .timeout(MAX_WAIT);
    }

    /** The factory of the sockets of {@link #worker workers}, for a port with TLS. */
    void workerSockets(SocketFactory sockets) {
        workerSockets = sockets;
    }

    /** A builder of a worker for its TCP port. */
    TestWorkerBuilder tcpWorker() {
        return TestWorker.to(URI.create("tcp://localhost:" + tcpPort())).timeout(MAX_WAIT);
    }

    /** The port for workers over plain TCP. */
    int tcpPort() {
        Matcher port = TCP_PORT.matcher(log());
        if (!port.find()) {
            throw new AssertionError("no TCP port:\n" + log());
        }
        return Integer.parseInt(port.group(1));
    }

    /** The port for workers. */
    int workersPort() {
        return port(0);
    }

    /** The port for operators. */
    int managementPort() {
        return port(1);
    }

    /** The response to a GET on the operators' port. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(operators(path)).timeout(MAX_WAIT).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The response to a POST without a body on the operators' port. */
    HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return post(path, "");
    }

    /** The response to a POST of JSON on the operators' port. */
    HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(operators(path))
                        .timeout(MAX_WAIT)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The response to a DELETE on the operators' port. */
    HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(operators(path)).timeout(MAX_WAIT).DELETE().build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Begins to read the pipe that nobody read. */
    void read() {
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        process.getInputStream().transferTo(output);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /** What was read from the pipe. */
    String output() {
        return output.toString(StandardCharsets.UTF_8);
    }

    /** Sends SIGTERM. */
    void terminate() {
        // Unlike Process.destroy, this does not close the pipe of its output.
        boolean _ = process.toHandle().destroy();
    }

    /** Stops all threads of the process for this time, then lets them go on. */
    void freeze(Duration duration) throws IOException, InterruptedException {
        signal("STOP");
        try {
            boolean _ = process.waitFor(duration.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            signal("CONT");
        }
    }

    /** Lets the process collect all garbage. */
    void collectGarbage() throws IOException, InterruptedException {
        Process jcmd =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(process.pid()),
                                "GC.run")
                        .redirectErrorStream(true)
                        .redirectOutput(Redirect.DISCARD)
                        .start();
        if (!jcmd.waitFor(MAX_WAIT.toSeconds(), TimeUnit.SECONDS) || jcmd.exitValue() != 0) {
            throw new AssertionError("GC.run did not succeed");
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        int code =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor();
        if (code != 0) {
            throw new AssertionError("kill -%s ended with %d".formatted(name, code));
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The sum of all samples of its meters that begin so. */
    double sum(String start) throws IOException, InterruptedException {
        return sumOf(Pattern.quote(start) + ".*");
    }

    /** The value of its meter without labels. */
    double value(String meter) throws IOException, InterruptedException {
        return sumOf(Pattern.quote(meter));
    }

    private double sumOf(String samples) throws IOException, InterruptedException {
        return Pattern.compile("(?m)^" + samples + " (\\S+)$")
                .matcher(get("/actuator/prometheus").body())
                .results()
                .mapToDouble(sample -> Double.parseDouble(sample.group(1)))
                .sum();
    }

    /** The most memory that the process has had so far, in bytes. */
    long peakMemory() throws IOException {
        Matcher peak = PEAK.matcher(Files.readString(proc("status")));
        if (!peak.find()) {
            throw new AssertionError("no peak of memory");
        }
        return Long.parseLong(peak.group(1)) * 1024;
    }

    /** How many files the process has open, sockets included. */
    int openFiles() throws IOException {
        try (Stream<Path> files = Files.list(proc("fd"))) {
            return (int) files.count();
        }
    }

    /** Sets how many files the running process may have open. Needs prlimit. */
    void setMaxFiles(int maxFiles) throws IOException, InterruptedException {
        Process prlimit =
                new ProcessBuilder(
                                "prlimit",
                                "--pid=" + process.pid(),
                                "--nofile=%d:".formatted(maxFiles))
                        .redirectErrorStream(true)
                        .redirectOutput(Redirect.DISCARD)
                        .start();
        if (!prlimit.waitFor(MAX_WAIT.toSeconds(), TimeUnit.SECONDS) || prlimit.exitValue() != 0) {
            throw new AssertionError("prlimit did not succeed");
        }
    }

    /** The CPU time that the process has used so far. */
    Duration cpuTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }

    /** Waits until the process has ended by itself, and returns its exit code. */
    int awaitExit(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("has not ended within %s:\n%s".formatted(limit, log()));
        }
        return process.exitValue();
    }

    /** The output so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the process if it still runs. */
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
