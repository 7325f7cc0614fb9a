package dev.frontdoor.test.server;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process of Redis on a port of its own, which keeps nothing on disk. */
public final class RedisServer implements AutoCloseable {

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    /** The file of settings, if there is one. */
    private static final String SETTINGS = "redis.conf";

    private final Path directory;
    private final int port;
    private final List<String> options;
    private Process process;

    private RedisServer(Path directory, int port, List<String> options) throws IOException {
        this.directory = directory;
        this.port = port;
        this.options = options;
        this.process = launch();
    }

    /** Whether the machine has one. */
    public static boolean isInstalled() {
        return executable().isPresent();
    }

    /** Starts a server; skips the test if the machine has none. */
    public static RedisServer start(String... options) {
        return start(List.of(options));
    }

    /** Starts a server with these options; skips the test if the machine has none. */
    public static RedisServer start(List<String> options) {
        assumeThat(executable())
                .as("redis-server is not on the PATH: tests of the directory are skipped")
                .isPresent();
        try {
            return new RedisServer(newDirectory(), freePort(), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a sentinel with these settings. */
    static RedisServer sentinel(List<String> settings) {
        try {
            Path directory = newDirectory();
            // It needs a file, into which it writes what it finds out.
            Files.write(directory.resolve(SETTINGS), settings);
            return new RedisServer(directory, freePort(), List.of("--sentinel"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Options for a user with the rights that the documents name, and further ones. */
    public static List<String> user(String name, String password, String... more) {
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "--user",
                                name,
                                "on",
                                ">" + password,
                                "~frontdoor:*",
                                "&frontdoor:*",
                                "+@all",
                                "-@dangerous"));
        options.addAll(List.of(more));
        return options;
    }

    /** The port, which stays the same over restarts. */
    public int port() {
        return port;
    }

    /** The port by which the nodes of a cluster talk. */
    int clusterPort() {
        return Integer.parseInt(options.get(options.indexOf("--cluster-port") + 1));
    }

    /** Kills it, and starts it again without any key. */
    public void restart() {
        kill();
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps what it has now, for {@link #restartAtSnapshot}. */
    public void snapshot() throws IOException {
        if (!command("SAVE").startsWith("+OK")) {
            throw new AssertionError("the server has not saved");
        }
        Files.move(
                directory.resolve("dump.rdb"),
                directory.resolve("snapshot"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Kills it, and starts it as it was at the snapshot. */
    public void restartAtSnapshot() throws IOException {
        kill();
        Files.move(directory.resolve("snapshot"), directory.resolve("dump.rdb"));
        process = launch();
        Files.deleteIfExists(directory.resolve("dump.rdb"));
    }

    /** Kills it. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Stops all its threads for a time. */
    public void freeze(Duration duration) throws InterruptedException {
        freeze(List.of(this), duration);
    }

    /** Stops all threads of these servers for a time. */
    static void freeze(List<RedisServer> servers, Duration duration) throws InterruptedException {
        servers.forEach(RedisServer::pause);
        try {
            boolean _ =
                    servers.getFirst().process.waitFor(duration.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            servers.forEach(RedisServer::resume);
        }
    }

    /** Stops all its threads. */
    void pause() {
        signal("STOP");
    }

    /** Lets its threads go on. */
    void resume() {
        signal("CONT");
    }

    /** The answer to a command. */
    public String command(String... words) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
            socket.setSoTimeout(30_000);
            StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                request.append('$')
                        .append(word.getBytes(StandardCharsets.UTF_8).length)
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        try {
            for (File file :
                    Optional.ofNullable(directory.toFile().listFiles()).orElse(new File[0])) {
                Files.deleteIfExists(file.toPath());
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of(executable().orElseThrow().toString()));
        Path settings = directory.resolve(SETTINGS);
        if (Files.exists(settings)) {
            command.add(settings.toString());
        }
        command.addAll(
                List.of(
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--dir",
                        directory.toString()));
        command.addAll(options);
        Process started =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(Redirect.appendTo(directory.resolve("log").toFile()))
                        .start();
        await().atMost(MAX_WAIT)
                .pollInterval(Duration.ofMillis(20))
                .ignoreException(UncheckedIOException.class)
                .until(() -> command("PING").contains("PONG"));
        return started;
    }

    private static Optional<Path> executable() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Path newDirectory() throws IOException {
        return Files.createTempDirectory("redis-");
    }

    /** A port that nobody uses at this moment. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
