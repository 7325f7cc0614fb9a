package dev.frontdoor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** When {@code interop/run.sh} builds liminal's codec, and its message if it does not. */
class InteropScriptTests {

    private static final int SKIPPED = 77;
    private static final int BUILD_FAILED = 3;

    @TempDir Path tools;

    @Test
    void withoutCargoItIsSkipped() throws Exception {
        Run run = run();

        assertThat(run.output())
                .isEqualTo(
                        "interop: skipped: Cargo is not installed; version 1.89 or later is needed\n");
        assertThat(run.status()).isEqualTo(SKIPPED);
    }

    @Test
    void withACargoThatIsTooOldItIsSkipped() throws Exception {
        installCargo("1.88.0 (873a06493 2025-05-10)");

        Run run = run();

        assertThat(run.output())
                .isEqualTo(
                        "interop: skipped: Cargo 1.88.0 is too old; version 1.89 or later is needed\n");
        assertThat(run.status()).isEqualTo(SKIPPED);
    }

    @Test
    void withTheOldestCargoThatWillDoItBuilds() throws Exception {
        installCargo("1.89.0 (c24e10642 2025-06-23)");

        Run run = run();

        assertThat(run.output()).isEqualTo("interop: seed 42\n");
        assertThat(run.status()).isEqualTo(BUILD_FAILED);
    }

    /** A Cargo that tells a version, and builds nothing. */
    private void installCargo(String version) throws Exception {
        install(
                "cargo",
                "[ \"$1\" = --version ] || exit %d\necho 'cargo %s'"
                        .formatted(BUILD_FAILED, version));
    }

    private void install(String tool, String script) throws Exception {
        Path file = Files.writeString(tools.resolve(tool), "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Run run() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash here");
        for (String tool : new String[] {"dirname", "sed", "sort"}) {
            install(tool, "exec /usr/bin/" + tool + " \"$@\"");
        }
        Path output = tools.resolve("output");
        ProcessBuilder script =
                new ProcessBuilder("/bin/bash", "interop/run.sh", "42")
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        script.environment().put("PATH", tools.toString());
        Process process = script.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the script did not end: " + Files.readString(output));
        }
        return new Run(process.exitValue(), Files.readString(output));
    }

    private record Run(int status, String output) {}
}
