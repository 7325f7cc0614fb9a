package dev.frontdoor.bench;

import dev.frontdoor.training.TrainingWorkers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The service as its image has it: the unpacked jar and its AOT cache. */
final class Image {

    private static final String CACHE = "application.aot";

    private final Machine machine;
    private final Path directory;

    private Image(Machine machine, Path directory) {
        this.machine = machine;
        this.directory = directory;
    }

    /**
     * Builds it from the jar of a candidate, which takes half a minute.
     *
     * @param workers how many come and go while the JVM records what the cache will contain
     */
    static Image of(Machine machine, Candidate candidate, int workers) throws Exception {
        Path directory = machine.root().resolve("bench/target/image-" + candidate);
        Machine.succeeds("rm", "-rf", directory.toString());
        Files.createDirectories(directory.getParent());
        // The name that it has in the image.
        Path jar = directory.resolveSibling("application.jar");
        Machine.succeeds("cp", machine.executableJar(candidate).toString(), jar.toString());
        Machine.output(
                machine.javaTool("java"),
                "-Djarmode=tools",
                "-jar",
                jar.toString(),
                "extract",
                "--destination",
                directory.toString());
        Image image = new Image(machine, directory);
        image.train(workers);
        return image;
    }

    /** Like the build of the image; an older service is trained by these workers, too. */
    private void train(int workers) throws Exception {
        List<String> training = withFlags("-XX:AOTCacheOutput=" + CACHE);
        training.add("--frontdoor.limits.max-event-loop-lag=0s");
        try (Server server = Server.start(machine, training, directory)) {
            TrainingWorkers.main(
                    new String[] {Integer.toString(server.port()), Integer.toString(workers)});
            server.stop();
        }
        if (!Files.exists(directory.resolve(CACHE))) {
            throw new IllegalStateException("the service wrote no cache, see bench/target/logs");
        }
    }

    Path directory() {
        return directory;
    }

    List<String> command() {
        return withFlags("-XX:AOTCache=" + CACHE, "-XX:AOTMode=on");
    }

    List<String> commandWithoutCache() {
        return withFlags();
    }

    private List<String> withFlags(String... flags) {
        List<String> command = new ArrayList<>(machine.java());
        command.addAll(List.of(flags));
        command.addAll(List.of("-jar", "application.jar"));
        return command;
    }
}
