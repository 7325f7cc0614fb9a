package dev.frontdoor.bench;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A candidate as a process of its own, and what the system says of it. */
final class Server implements AutoCloseable {

    private static final long TICKS_PER_SECOND = 100;
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static int starts;

    private final Candidate candidate;
    private final Machine machine;
    private final Process process;
    private final int port;
    private final Path log;
    private @Nullable Allocations allocations;

    private Server(Candidate candidate, Machine machine, Process process, int port, Path log) {
        this.candidate = candidate;
        this.machine = machine;
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Starts a candidate and waits until it serves. */
    static Server start(Candidate candidate, Machine machine, int webhookPort, String... settings)
            throws Exception {
        int port = Ports.free();
        List<String> command = new ArrayList<>(candidate.command(machine, port, webhookPort));
        command.addAll(List.of(settings));
        return start(candidate, machine, command, port, logs(machine));
    }

    /** Starts a service as its image does, and waits until it serves. */
    static Server start(Candidate candidate, Machine machine, int webhookPort, Image image)
            throws Exception {
        int port = Ports.free();
        List<String> command = new ArrayList<>(image.command());
        command.addAll(candidate.arguments(machine, port, webhookPort));
        return start(candidate, machine, command, port, image.directory());
    }

    /**
     * Starts the service by a command of one's own, without its ports, and waits until it serves.
     */
    static Server start(Machine machine, List<String> command, Path directory) throws Exception {
        int port = Ports.free();
        List<String> withPorts = new ArrayList<>(command);
        withPorts.add("--server.port=" + port);
        withPorts.add("--management.server.port=" + (port + 1));
        return start(Candidate.SERVICE_ALONE, machine, withPorts, port, directory);
    }

    private static Server start(
            Candidate candidate, Machine machine, List<String> command, int port, Path directory)
            throws Exception {
        Path log = logs(machine).resolve("%03d-%s.log".formatted(starts++, candidate));
        Process process =
                new ProcessBuilder(machine.pinned(candidate, command))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        // A run that is interrupted leaves no servers behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Server server = new Server(candidate, machine, process, port, log);
        server.awaitReady();
        return server;
    }

    private static Path logs(Machine machine) throws IOException {
        return Files.createDirectories(machine.root().resolve("bench/target/logs"));
    }

    Candidate candidate() {
        return candidate;
    }

    /** The port for workers without WebSocket, if there is one beside the other. */
    int tcpPort() {
        return port + 2;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** The body an operator's endpoint answers with. */
    String get(String path) throws Exception {
        return send(request(path), HttpResponse.BodyHandlers.ofString());
    }

    /** The same after a request with a body of JSON. */
    String post(String path, String json) throws Exception {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The lines of a body that does not end. */
    Stream<String> stream(String path) throws Exception {
        return send(request(path), HttpResponse.BodyHandlers.ofLines());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/actuator/%s".formatted(port + 1, path)));
    }

    private static <T> T send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws Exception {
        HttpResponse<T> response = HTTP.send(request.build(), handler);
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.uri() + ": " + response.statusCode());
        }
        return response.body();
    }

    /** Microseconds of processor time it has used so far. */
    double cpuMicros() throws IOException {
        String stat = Files.readString(proc("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return ticks * 1e6 / TICKS_PER_SECOND;
    }

    /** Bytes that its JVM has allocated so far. */
    long allocated() throws Exception {
        if (allocations == null) {
            allocations = Allocations.of(pid());
        }
        return allocations.bytes();
    }

    /** Waits until it has ended what it still did, such as compiling or closing, or for 3 s. */
    void settle() throws Exception {
        double used = cpuMicros();
        for (int i = 0; i < 30; i++) {
            Thread.sleep(100);
            double before = used;
            used = cpuMicros();
            if (used - before <= 1e6 / TICKS_PER_SECOND) {
                return;
            }
        }
    }

    /** Bytes of memory it has. */
    long rss() throws IOException {
        return status("VmRSS");
    }

    /** The most bytes of memory it has had. */
    long peakRss() throws IOException {
        return status("VmHWM");
    }

    /** How many threads it has, virtual ones aside. */
    long threads() throws IOException {
        return status("Threads") / 1024;
    }

    /** Bytes of live objects, after a collection. */
    long liveHeap() throws Exception {
        String histogram =
                Machine.output(
                        machine.javaTool("jcmd"),
                        Long.toString(process.pid()),
                        "GC.class_histogram");
        String[] total = histogram.substring(histogram.lastIndexOf("Total")).strip().split("\\s+");
        return Long.parseLong(total[2]);
    }

    /** Lets it end in order. */
    void stop() throws InterruptedException {
        process.destroy();
        int _ = process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        if (allocations != null) {
            allocations.close();
        }
        process.destroyForcibly();
        process.waitFor();
    }

    /** Whether the service says that it takes workers. */
    boolean isReady() {
        try {
            return get("health/readiness").contains("UP");
        } catch (Exception e) {
            return false;
        }
    }

    private void awaitReady() throws Exception {
        for (long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3); !serves(); ) {
            if (!process.isAlive() || System.nanoTime() > end) {
                close();
                throw new IllegalStateException(
                        "%s did not start:%n%s".formatted(candidate, Files.readString(log)));
            }
            Thread.sleep(20);
        }
    }

    private boolean serves() throws IOException {
        if (candidate.isLiminal()) {
            return responds("http://127.0.0.1:%d/ready".formatted(port + 1));
        }
        if (candidate == Candidate.CENTRIFUGO) {
            return responds("http://127.0.0.1:%d/health".formatted(port));
        }
        return candidate.isService() ? isReady() : Files.readString(log).contains("ready");
    }

    private static boolean responds(String uri) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(uri)).build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (Exception e) {
            return false;
        }
    }

    private long status(String key) throws IOException {
        for (String line : Files.readAllLines(proc("status"))) {
            if (line.startsWith(key + ":")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IllegalStateException("no " + key);
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }
}
