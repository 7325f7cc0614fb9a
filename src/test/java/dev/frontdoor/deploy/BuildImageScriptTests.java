package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The script that builds the image passes what the labels say. */
class BuildImageScriptTests {

    private static final String REVISION = "0123456789abcdef0123456789abcdef01234567";

    @TempDir Path folder;
    private Path tools = Path.of("");

    @BeforeEach
    void checkout() throws IOException {
        Files.copy(Path.of("build-image.sh"), folder.resolve("build-image.sh"));
        Files.createDirectories(folder.resolve("target"));
        Files.createFile(folder.resolve("target/worker-front-door-1.2.3-exec.jar"));
        tools = Files.createDirectory(folder.resolve("tools"));
        tool("docker", "printf '%s\\n' docker \"$@\"");
        tool("buildah", "printf '%s\\n' buildah \"$@\"");
        git("https://me:secret@git.example.com/front-door.git", "");
    }

    @Test
    void theLabelsNameTheVersionTheSourceTheRevisionAndTheTime() throws Exception {
        Instant before = Instant.now().minus(Duration.ofSeconds(1));
        Run run = run(Map.of(), "front-door:1.2.3", "--pull");

        assertThat(run.status()).as(run.output()).isZero();
        assertThat(run.lines())
                .startsWith("docker", "build")
                .contains(
                        "VERSION=1.2.3",
                        "SOURCE=https://git.example.com/front-door.git",
                        "REVISION=" + REVISION)
                .endsWith("-t", "front-door:1.2.3", "--pull", ".");
        assertThat(run.lines())
                .filteredOn(line -> line.startsWith("CREATED="))
                .singleElement()
                .satisfies(line ->
                        assertThat(Instant.parse(line.substring("CREATED=".length())))
                                .isAfter(before));
    }

    @Test
    void aModifiedCheckoutIsNotCalledByItsRevisionAlone() throws Exception {
        git("https://git.example.com/front-door.git", " M pom.xml");

        assertThat(run(Map.of(), "front-door").lines())
                .contains("REVISION=" + REVISION + "-modified");
    }

    @Test
    void buildahBuildsTheSameLayers() throws Exception {
        assertThat(run(Map.of("BUILDER", "buildah"), "front-door").lines())
                .startsWith("buildah", "bud", "--layers");
    }

    @Test
    void aGivenSourceWins() throws Exception {
        assertThat(run(Map.of("SOURCE", "https://mirror.example.com/a"), "front-door").lines())
                .contains("SOURCE=https://mirror.example.com/a");
    }

    @Test
    void whatIsMissingIsSaid() throws Exception {
        assertThat(run(Map.of()).output()).contains("the name of the image is missing");

        git("", "");
        assertThat(run(Map.of(), "front-door").output()).contains("set SOURCE");

        Files.createFile(folder.resolve("target/worker-front-door-1.2.4-exec.jar"));
        assertThat(run(Map.of(), "front-door").output()).contains("several executable jars");

        Files.delete(folder.resolve("target/worker-front-door-1.2.3-exec.jar"));
        Files.delete(folder.resolve("target/worker-front-door-1.2.4-exec.jar"));
        assertThat(run(Map.of(), "front-door").output()).contains("run 'mvn package' first");
    }

    /** A git with this remote and these changes. */
    private void git(String remote, String changes) throws IOException {
        tool(
                "git",
                """
                case $1 in
                  rev-parse) echo %s ;;
                  status) printf '%%s' '%s' ;;
                  remote) printf '%%s' '%s' ;;
                esac
                """
                        .formatted(REVISION, changes, remote));
    }

    private void tool(String name, String script) throws IOException {
        Path file = tools.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Run run(Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("bash", folder.resolve("build-image.sh").toString())
                        .redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        builder.environment().keySet().removeAll(List.of("BUILDER", "SOURCE"));
        builder.environment().putAll(environment);
        builder.environment().merge("PATH", tools + ":", (path, own) -> own + path);
        Path output = folder.resolve("output");
        Process process = builder.redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Run(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }

    private record Run(int status, String output) {

        List<String> lines() {
            return output.lines().toList();
        }
    }
}
