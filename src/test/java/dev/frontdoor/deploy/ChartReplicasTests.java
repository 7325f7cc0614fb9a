package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;

/** How many pods a release has, and that an autoscaler takes over without a loss. */
class ChartReplicasTests {

    private static final String AUTOSCALING = "autoscaling: {enabled: true}\n";
    private static final String KEDA =
            "autoscaling: {enabled: false}\nkeda: {enabled: true, serverAddress: a}\n";

    @TempDir Path folder;

    @Test
    void withoutAnAutoscalerTheReplicasAreTheGivenOnes() {
        assertThat(replicas("replicaCount: 4\n")).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {AUTOSCALING, KEDA})
    void anAutoscalerStartsFromTheLiveNumberOfPods(String values) throws IOException {
        try (ClusterStub cluster = new ClusterStub(4)) {
            assertThat(cluster.notes("replicaCount: 2\n" + values, folder))
                    .contains("The autoscaler starts from 4 pods.");
            assertThat(cluster.notes(keep(9, values), folder))
                    .contains("The autoscaler starts from 4 pods.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {AUTOSCALING, KEDA})
    void whereHelmCannotLookTheNumberUpItIsTheGivenOne(String values) {
        assertThat(replicas(keep(4, values))).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {AUTOSCALING, KEDA})
    void anUnknownNumberIsLeftToTheAutoscaler(String values) {
        assertThat(replicas(values)).isNull();
    }

    private static String keep(int replicas, String values) {
        return values.replace(
                "autoscaling: {", "autoscaling: {keepReplicas: %d, ".formatted(replicas));
    }

    private static Object replicas(String values) {
        return Chart.render(values).only("Deployment").at("spec/replicas");
    }
}
