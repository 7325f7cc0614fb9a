package dev.frontdoor.process;

import static org.awaitility.Awaitility.await;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import org.jspecify.annotations.Nullable;
import org.springframework.util.DigestUtils;
import org.springframework.util.FileSystemUtils;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The executable jar unpacked, with an AOT cache: a process of it starts with half the processor
 * time. It is made once for each build, by whichever test needs it first.
 */
final class UnpackedJar {

    /** The options that a cache depends on; all processes have them. */
    static final List<String> OPTIONS =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseCompactObjectHeaders");

    private static final Duration MAX_WAIT = Duration.ofMinutes(3);

    private static final Path FOLDER = Path.of("target", "unpacked-jar").toAbsolutePath();

    private static @Nullable UnpackedJar made;

    private final Path jar;

    private UnpackedJar(Path jar) {
        this.jar = jar;
    }

    /** The unpacked jar of this build. Other JVMs that want it at the same moment wait. */
    static synchronized UnpackedJar make() throws IOException {
        if (made != null) {
            return made;
        }
        Path executable = BuiltJars.executable();
        Files.createDirectories(FOLDER);
        try (FileChannel file =
                        FileChannel.open(
                                FOLDER.resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = file.lock()) {
            String build = DigestUtils.md5DigestAsHex(Files.readAllBytes(executable));
            Path folder = FOLDER.resolve(build);
            UnpackedJar unpacked = new UnpackedJar(folder.resolve("application.jar"));
            Path complete = folder.resolve("complete");
            if (!Files.exists(complete)) {
                deleteOthers();
                unpacked.unpack(executable);
                unpacked.train();
                Files.createFile(complete);
            }
            made = unpacked;
            return unpacked;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the jar was unpacked");
        }
    }

    /** The options and the jar of a process, as `java` takes them. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (Files.exists(cache())) {
            arguments.add("-XX:AOTCache=" + cache());
        }
        arguments.addAll(List.of("-jar", jar.toString()));
        return arguments;
    }

    /** The previous builds' folders would fill the disk. */
    private static void deleteOthers() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            for (Path folder : folders.filter(Files::isDirectory).toList()) {
                FileSystemUtils.deleteRecursively(folder);
            }
        }
    }

    private void unpack(Path executable) throws IOException, InterruptedException {
        Files.createDirectories(folder());
        Path copy = Files.copy(executable, FOLDER.resolve("application.jar"), REPLACE_EXISTING);
        Process process =
                java(
                        "extract.log",
                        List.of(
                                "-Djarmode=tools",
                                "-jar",
                                copy.toString(),
                                "extract",
                                "--force",
                                "--destination",
                                folder().toString()));
        if (!end(process) || process.exitValue() != 0) {
            throw new AssertionError("not extracted:\n" + Files.readString(log("extract.log")));
        }
    }

    /**
     * A start is recorded; the JVM writes the cache when it ends. Without one, processes start from
     * the jar alone.
     */
    private void train() throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(OPTIONS);
        arguments.addAll(
                List.of(
                        // A heap of 32 GB and more has other references, and needs another cache.
                        "-Xmx256m",
                        "-XX:AOTCacheOutput=" + cache(),
                        "-jar",
                        jar.toString(),
                        "--server.port=0",
                        "--management.server.port=0"));
        Process process = java("training.log", arguments);
        boolean ended = false;
        try {
            await().atMost(MAX_WAIT)
                    .until(() -> !process.isAlive() || training().contains("Started FrontDoor"));
        } finally {
            boolean _ = process.toHandle().destroy();
            ended = end(process);
        }
        if (!ended) {
            // It may be incomplete.
            boolean _ = Files.deleteIfExists(cache());
        }
        if (!Files.exists(cache())) {
            System.out.println("no AOT cache, processes start without one:\n" + training());
        }
    }

    private Process java(String log, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .directory(folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log(log).toFile())
                .start();
    }

    private static boolean end(Process process) throws InterruptedException {
        try {
            return process.waitFor(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
        } finally {
            // The JVM makes the cache in a process of its own.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private String training() {
        try {
            return Files.readString(log("training.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log(String name) {
        return folder().resolve(name);
    }

    private Path cache() {
        return folder().resolve("application.aot");
    }

    private Path folder() {
        return Objects.requireNonNull(jar.getParent());
    }
}
