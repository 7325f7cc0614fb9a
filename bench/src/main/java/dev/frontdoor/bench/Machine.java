package dev.frontdoor.bench;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The machine a run is on, and the checkout it measures.
 *
 * @param root the checkout
 * @param pinned whether servers have the first processor to themselves and the load has the second
 * @param maxOpenFiles of one process; 0 if that is not known
 * @param flags of the JVMs: those of the image
 * @param otherJar the executable jar of {@link Candidate#OTHER}, if there is one
 */
record Machine(
        Path root,
        int processors,
        boolean pinned,
        int maxOpenFiles,
        List<String> flags,
        @Nullable Path otherJar) {

    /** As much as the chart gives a pod. */
    private static final String MEMORY = "-XX:MaxRAM=1g";

    /** The option of the image that names a file. */
    private static final String DIRECTIVES = "-XX:CompilerDirectivesFile=";

    private static final int SPARE_FILES = 400;

    /** What a smoke test has instead of pinned processors: JVMs that start fast. */
    private static final String FAST_START = "-XX:TieredStopAtLevel=1";

    static Machine here(Plan plan) throws Exception {
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.exists(here.resolve("Dockerfile")) ? here : here.getParent();
        int processors = Runtime.getRuntime().availableProcessors();
        String own = Long.toString(ProcessHandle.current().pid());
        boolean pinned =
                processors > 1
                        && !plan.isSmoke()
                        && succeeds("taskset", "-a", "-p", "-c", "1", own);
        List<String> flags = new ArrayList<>(imageFlags(root));
        if (plan.isSmoke()) {
            flags.add(FAST_START);
        }
        return new Machine(root, processors, pinned, openFiles(), flags, plan.otherJar());
    }

    /** How many workers one process may have open. */
    boolean allows(int workers) {
        return maxOpenFiles == 0 || workers + SPARE_FILES <= maxOpenFiles;
    }

    /** The start of the command of a server on the JVM, with the flags of the image. */
    List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(javaTool("java"));
        command.add(MEMORY);
        command.addAll(flags);
        return command;
    }

    String javaTool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** The command of a server, on the processor that servers have, or on both. */
    List<String> pinned(Candidate candidate, List<String> command) {
        if (!pinned) {
            return command;
        }
        String allowed = candidate.hasAllProcessors() ? "0,1" : "0";
        List<String> pinnedCommand = new ArrayList<>(List.of("taskset", "-c", allowed));
        pinnedCommand.addAll(command);
        return pinnedCommand;
    }

    /** The load, as {@code run.sh} compiled it. */
    Path load() {
        return root.resolve("bench/target/load");
    }

    /** The file of tokens that the workers of a candidate take turns with. */
    Path tokens(Candidate candidate) {
        return root.resolve("bench/target/tokens-" + candidate);
    }

    /** Liminal's server, as {@code run.sh} built it. */
    Path liminal() {
        return root.resolve("bench/liminal/target/release/liminal");
    }

    /** Centrifugo, as {@code run.sh} built it. */
    Path centrifugo() {
        return root.resolve("bench/target/go/centrifugo");
    }

    Path executableJar(Candidate candidate) {
        if (candidate == Candidate.OTHER && otherJar != null) {
            return otherJar;
        }
        return only(root.resolve("target"), "worker-front-door-*-exec.jar");
    }

    /**
     * The directory with the jar of {@link dev.frontdoor.bench.notifier}. Another build has its own
     * in {@code notifiers} beside its jar, if ours does not fit it.
     */
    Path notifiers(Candidate candidate) {
        if (candidate == Candidate.OTHER && otherJar != null) {
            Path own = otherJar.resolveSibling("notifiers");
            if (Files.isDirectory(own)) {
                return own;
            }
        }
        return root.resolve("bench/target/notifiers");
    }

    /** What a reader must know to judge the figures. */
    Map<String, String> description() throws Exception {
        Map<String, String> description = new LinkedHashMap<>();
        description.put(
                "commit", output("git", "-C", root.toString(), "describe", "--always", "--dirty"));
        if (otherJar != null) {
            description.put("other build", otherJar.getFileName().toString());
        }
        description.put("processor", processor());
        description.put("processors", Integer.toString(processors));
        description.put("memory", memory());
        description.put("kernel", output("uname", "-sr"));
        description.put("java", Runtime.version().toString());
        description.put("pinned", pinned ? "servers to processor 0, load to 1" : "no");
        description.put("open files", Integer.toString(maxOpenFiles));
        description.put(
                "flags",
                MEMORY + " " + String.join(" ", flags).replace(root.toAbsolutePath() + "/", ""));
        return description;
    }

    static String output(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes()).strip();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The flags the image's Dockerfile writes into its {@code jvm.options}, with the file they name
     * in the root of the repository.
     */
    private static List<String> imageFlags(Path root) throws IOException {
        List<String> lines = Files.readAllLines(root.resolve("Dockerfile"));
        List<String> flags = new ArrayList<>();
        boolean within = false;
        for (String line : lines) {
            if (within && line.contains("> jvm.options")) {
                return flags;
            }
            if (within) {
                String flag = line.strip().replaceAll("[\"\\\\]", "").strip();
                flags.add(flag.replace(DIRECTIVES, DIRECTIVES + root.toAbsolutePath() + "/"));
            }
            within |= line.contains("printf '%s\\n'");
        }
        throw new IllegalStateException("the Dockerfile writes no jvm.options");
    }

    private static int openFiles() throws IOException {
        Path limits = Path.of("/proc/self/limits");
        if (!Files.exists(limits)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(limits)) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.split(" {2,}")[1])
                    .filter(limit -> !limit.equals("unlimited"))
                    .map(Integer::valueOf)
                    .findFirst()
                    .orElse(0);
        }
    }

    private static String processor() throws IOException {
        return valueOf(Path.of("/proc/cpuinfo"), "model name");
    }

    private static String memory() throws IOException {
        return valueOf(Path.of("/proc/meminfo"), "MemTotal");
    }

    private static String valueOf(Path file, String key) throws IOException {
        if (!Files.exists(file)) {
            return "unknown";
        }
        Pattern line = Pattern.compile(Pattern.quote(key) + "\\s*:\\s*(.*)");
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line::matcher)
                    .filter(match -> match.matches())
                    .map(match -> match.group(1))
                    .findFirst()
                    .orElse("unknown");
        }
    }

    private static Path only(Path directory, String pattern) {
        try (var files = Files.newDirectoryStream(directory, pattern)) {
            return files.iterator().next();
        } catch (IOException e) {
            throw new IllegalStateException("no %s in %s".formatted(pattern, directory), e);
        }
    }
}
