package dev.frontdoor.deploy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Prometheus's own rule checker, if it is installed. */
final class Promtool {

    private Promtool() {}

    /** Runs promtool, or skips the test and prints the reason. */
    static Outcome run(String... arguments) throws IOException, InterruptedException {
        boolean present = isPresent();
        if (!present) {
            System.out.println("SKIPPED: promtool is not installed (Debian: prometheus)");
        }
        assumeTrue(present, "promtool is not installed (Debian: prometheus)");
        String[] command = new String[arguments.length + 1];
        command[0] = "promtool";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Path output = Files.createTempFile("promtool", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("promtool did not end within a minute");
            }
            return new Outcome(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    private static boolean isPresent() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, "promtool"))) {
                return true;
            }
        }
        return false;
    }

    record Outcome(int status, String output) {}
}
