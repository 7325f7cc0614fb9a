package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Helm 3 and Helm 4 take the chart, from the command line: those of {@code helm}, {@code helm3} and
 * {@code helm4} that are installed.
 */
class HelmVersionsTests {

    private static final List<String> NAMES = List.of("helm", "helm3", "helm4");

    @TempDir Path folder;

    static List<String> commands() {
        return NAMES;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void lintFindsNothing(String helm) throws Exception {
        Run run = run(helm, "lint", "--strict", Chart.FOLDER.toString());

        assertThat(run.status()).as(run.output()).isZero();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyExampleRenders(String helm) throws Exception {
        for (Path example : Chart.examples()) {
            Run run = template(helm, "-f", example.toString());

            assertThat(run.status()).as("%s: %s", example, run.output()).isZero();
            assertThat(run.output()).contains("kind: Deployment");
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void anAutoscalerKeepsTheLiveReplicas(String helm) throws Exception {
        Path config = folder.resolve("config");
        try (ClusterStub cluster = new ClusterStub(4)) {
            Files.writeString(config, cluster.kubeConfig());
            Run run =
                    template(
                            helm,
                            "--set=autoscaling.enabled=true,image.registry=r",
                            "--dry-run=server",
                            "--kubeconfig=" + config);

            assertThat(run.status()).as(run.output()).isZero();
            assertThat(run.output()).contains("  replicas: 4\n");
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aRefusalIsShownAsItIsWritten(String helm) throws Exception {
        Run run = template(helm, "--set=image.registry=r,serviceMonitor.enabled=true");

        assertThat(run.status()).isNotZero();
        assertThat(run.output()).contains("Name it in networkPolicy.management.from");
    }

    private Run template(String helm, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "template",
                                Chart.RELEASE,
                                Chart.FOLDER.toString(),
                                "--namespace=" + Chart.NAMESPACE,
                                "--kube-version=1.36.0",
                                "--disable-openapi-validation"));
        command.addAll(List.of(arguments));
        return run(helm, command.toArray(String[]::new));
    }

    /** Runs this Helm, or skips the test and prints the reason. */
    private Run run(String helm, String... arguments) throws Exception {
        boolean present = isPresent(helm);
        if (!present) {
            System.out.printf("SKIPPED: %s is not installed%n", helm);
        }
        assumeTrue(present, helm + " is not installed");
        List<String> command = new ArrayList<>(List.of(helm));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().put("HELM_CACHE_HOME", folder.resolve("cache").toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Run(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean isPresent(String name) throws IOException {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return true;
            }
        }
        return false;
    }

    private record Run(int status, String output) {}
}
