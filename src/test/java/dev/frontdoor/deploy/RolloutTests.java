package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Random;

/** A rollout with the chart's own numbers never drains two pods at the same time. */
class RolloutTests {

    @ParameterizedTest
    @CsvSource({
        "1, 5,  20s, 10s",
        "2, 5,  20s, 10s",
        "4, 5,  60s, 10s",
        "4, 0,  60s, 0s",
        "8, 30, 5m,  1m",
        "3, 1,  1ms, 1500ms"
    })
    void onePodDrainsAtATime(int replicas, int sleep, String window, String pushGrace) {
        Manifest deployment = deployment(replicas, sleep, window, pushGrace);
        int leaving = leavingSeconds(deployment);
        int minReady = deployment.number("spec/minReadySeconds");

        assertThat(Rollout.mostLeaving(deployment, minReady, leaving, () -> 0)).isEqualTo(1);
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            assertThat(Rollout.mostLeaving(deployment, minReady, leaving, () -> random.nextInt(90)))
                    .as("seed %d", seed)
                    .isEqualTo(1);
        }
    }

    @Test
    void aSecondLessIsTooFewForPodsThatStartAtOnce() {
        Manifest deployment = deployment(4, 5, "60s", "10s");
        int minReady = deployment.number("spec/minReadySeconds");

        assertThat(
                        Rollout.mostLeaving(
                                deployment, minReady - 1, leavingSeconds(deployment), () -> 0))
                .isEqualTo(2);
    }

    @Test
    void tenSecondsLetFourPodsDrainTogether() {
        Manifest deployment = deployment(4, 5, "60s", "10s");

        assertThat(Rollout.mostLeaving(deployment, 10, leavingSeconds(deployment), () -> 10))
                .isEqualTo(4);
    }

    @Test
    void aGivenTimeIsKept() {
        assertThat(
                        Chart.render("{minReadySeconds: 0}")
                                .only("Deployment")
                                .number("spec/minReadySeconds"))
                .isZero();
    }

    private static Manifest deployment(int replicas, int sleep, String window, String pushGrace) {
        return Chart.render(
                        """
                        replicaCount: %d
                        preStop: {sleepSeconds: %d}
                        drain: {window: %s, pushGrace: %s}
                        terminationMarginSeconds: 1
                        """
                                .formatted(replicas, sleep, window, pushGrace))
                .only("Deployment");
    }

    /** What is left of the grace period without its margin. */
    private static int leavingSeconds(Manifest deployment) {
        return deployment.number("spec/template/spec/terminationGracePeriodSeconds") - 1;
    }
}
