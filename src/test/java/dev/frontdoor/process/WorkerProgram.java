package dev.frontdoor.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

/**
 * A worker program of one of the libraries, or the one on liminal's own, running as a process of
 * its own.
 */
final class WorkerProgram implements AutoCloseable {

    /** The name of the unmodified worker, which connects over plain TCP. */
    static final String LIMINAL = "liminal";

    private static final Path CLIENTS = Path.of("clients").toAbsolutePath();

    private final String name;
    private final Path token;
    private final Path output;
    private final Process process;

    private WorkerProgram(String name, Path token, Path output, Process process) {
        this.name = name;
        this.token = token;
        this.output = output;
        this.process = process;
    }

    /** The commands of the programs whose language is installed, by language. */
    static Map<String, List<String>> commands(Path workspace) throws Exception {
        Map<String, List<String>> commands = new TreeMap<>();
        commands.put("java", java(workspace));
        python(workspace).ifPresent(command -> commands.put("python", command));
        typescript().ifPresent(command -> commands.put("typescript", command));
        go(workspace).ifPresent(command -> commands.put("go", command));
        liminal().ifPresent(command -> commands.put(LIMINAL, command));
        return commands;
    }

    /** Starts a program that connects to this port with the token in a file of its own. */
    static WorkerProgram start(String name, List<String> command, int port, Path workspace)
            throws IOException {
        Path token = Files.writeString(workspace.resolve(name + ".token"), name + "-first");
        Path output = workspace.resolve(name + ".log");
        // Only the program on liminal's library reads it.
        Path input =
                Files.writeString(
                        workspace.resolve(name + ".input"),
                        "work 127.0.0.1:%s %s %s%n".formatted(port, name, token));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectInput(input.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment()
                .putAll(
                        Map.of(
                                "PYTHONPATH",
                                CLIENTS.resolve("python/src").toString(),
                                "FRONTDOOR_URL",
                                "ws://127.0.0.1:%s/liminal".formatted(port),
                                "FRONTDOOR_IDENTITY",
                                name,
                                "FRONTDOOR_ACTIVITY",
                                "echo",
                                "FRONTDOOR_TOKEN_FILE",
                                token.toString(),
                                "FRONTDOOR_MAX_BACKOFF_MS",
                                "3000"));
        return new WorkerProgram(name, token, output, builder.start());
    }

    String name() {
        return name;
    }

    /** What the program has printed so far. */
    String output() throws IOException {
        return Files.readString(output);
    }

    /** Gives the program another token, which it uses for its next connection. */
    void token(String value) throws IOException {
        Path fresh = Files.writeString(token.resolveSibling(name + ".fresh"), value);
        Files.move(fresh, token, StandardCopyOption.ATOMIC_MOVE);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends SIGTERM, and returns the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(ServiceProcess.MAX_WAIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(name + " has not ended");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    private static List<String> java(Path workspace) throws IOException {
        Path classes = Files.createDirectories(workspace.resolve("java"));
        List<String> arguments =
                new ArrayList<>(List.of("--release", "17", "-proc:none", "-nowarn", "-d"));
        arguments.add(classes.toString());
        Path tests = Path.of("src/test/java/dev/frontdoor/worker/conformance");
        for (Path folder : List.of(Path.of("src/main/java"), tests)) {
            try (Stream<Path> files = Files.walk(CLIENTS.resolve("java").resolve(folder))) {
                files.map(Path::toString).filter(f -> f.endsWith(".java")).forEach(arguments::add);
            }
        }
        int code =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, arguments.toArray(new String[0]));
        if (code != 0) {
            throw new AssertionError("the Java library does not compile");
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                classes.toString(),
                "dev.frontdoor.worker.conformance.ConformanceWorker");
    }

    /** The property {@code python} names an interpreter that has the package. */
    private static Optional<List<String>> python(Path workspace) throws Exception {
        String python = System.getProperty("python", "python3");
        String check = "import sys, websockets.asyncio.client as c; c.connect.process_redirect";
        String own = workspace.resolve("python/bin/python").toString();
        String program = CLIENTS + "/python/examples/worker.py";
        if (succeeds(CLIENTS, python, "-c", check)) {
            return Optional.of(List.of(python, program));
        }
        boolean installed =
                succeeds(workspace, python, "-m", "venv", "python")
                        && succeeds(workspace, own, "-m", "pip", "install", CLIENTS + "/python");
        return installed
                ? Optional.of(List.of(own, program))
                : missing("Python 3.11 with venv, or the package websockets");
    }

    private static Optional<List<String>> typescript() throws Exception {
        Path program = CLIENTS.resolve("typescript/build/examples/worker.js");
        boolean built = Files.exists(program) || npm();
        if (!built || !succeeds(CLIENTS, "node", "--version")) {
            return missing("TypeScript: npm, or its packages");
        }
        return Optional.of(List.of("node", program.toString()));
    }

    private static boolean npm() throws Exception {
        Path folder = CLIENTS.resolve("typescript");
        return succeeds(folder, "npm", "ci", "--no-audit", "--no-fund")
                && succeeds(folder, "npm", "run", "build")
                && succeeds(folder, "npx", "tsc", "-p", "tsconfig.json");
    }

    private static Optional<List<String>> go(Path workspace) throws Exception {
        String program = workspace.resolve("go-worker").toString();
        if (!succeeds(CLIENTS.resolve("go"), "go", "build", "-o", program, "./examples/worker")) {
            return missing("Go, or its modules");
        }
        return Optional.of(List.of(program));
    }

    /** The property {@code interop.workers} names the folder of the programs that Cargo built. */
    private static Optional<List<String>> liminal() {
        String folder = System.getProperty("interop.workers");
        return folder == null
                ? missing("what interop/run.sh builds")
                : Optional.of(List.of(Path.of(folder, "worker").toString()));
    }

    private static Optional<List<String>> missing(String what) {
        System.err.println("there is no worker of this language in the test; missing: " + what);
        return Optional.empty();
    }

    private static boolean succeeds(Path directory, String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false; // the command is not installed
        }
    }
}
