package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pod is never killed before its drain had its time, whatever the drain is set to. */
class ChartStoppingTests {

    private static final String GRACE = "spec/template/spec/terminationGracePeriodSeconds";

    @ParameterizedTest
    @CsvSource({
        "5,  20s,    10s,    10, 45",
        "0,  20s,    10s,    10, 40",
        "5,  2m,     1500ms, 10, 137",
        "7,  1ms,    0s,     1,  9",
        "30, 1h,     1m,     60, 3750"
    })
    void theGracePeriodIsTheSumOfWhatHappensInIt(
            int sleep, String window, String pushGrace, int margin, int seconds) {
        Manifest deployment =
                deployment(
                        """
                        preStop: {sleepSeconds: %d}
                        drain: {window: %s, pushGrace: %s}
                        terminationMarginSeconds: %d
                        """
                                .formatted(sleep, window, pushGrace, margin));

        assertThat(deployment.number(GRACE)).isEqualTo(seconds);
        assertThat(deployment.number("spec/progressDeadlineSeconds"))
                .isGreaterThan(seconds + deployment.number("spec/minReadySeconds"));
    }

    @Test
    void aLongEnoughGracePeriodIsKept() {
        assertThat(deployment("{terminationGracePeriodSeconds: 55}").number(GRACE)).isEqualTo(55);
    }

    @Test
    void theServiceIsToldTheDrainThatTheGracePeriodIsComputedFrom() {
        Manifest config =
                Chart.render("{drain: {window: 90s, pushGrace: 3s}}")
                        .named("ConfigMap", Chart.FULL_NAME);
        Manifest settings = new Manifest(Chart.parse(config.text("data/application.yml")));

        assertThat(settings.text("frontdoor/drain/window")).isEqualTo("90s");
        assertThat(settings.text("frontdoor/drain/push-grace")).isEqualTo("3s");
    }

    @Test
    void theSleepBeforeStoppingIsTheClustersOwn() {
        String sleep = "spec/template/spec/containers/0/lifecycle/preStop/sleep/seconds";

        assertThat(deployment(Chart.NO_VALUES).number(sleep)).isEqualTo(5);
        assertThat(
                        deployment("{preStop: {sleepSeconds: 0}}")
                                .at("spec/template/spec/containers/0/lifecycle"))
                .isNull();
    }

    @Test
    void aRolloutNeverTakesAPodBeforeItsReplacementIsThere() {
        Manifest deployment = deployment(Chart.NO_VALUES);

        assertThat(deployment.number("spec/strategy/rollingUpdate/maxUnavailable")).isZero();
        assertThat(deployment.number("spec/strategy/rollingUpdate/maxSurge")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{replicaCount: 1}                                                            | 0",
                "{replicaCount: 2}                                                            | 1",
                "{replicaCount: 2, autoscaling: {enabled: true, minReplicas: 1}}              | 0",
                "{replicaCount: 1, autoscaling: {enabled: true, minReplicas: 2}}              | 1",
                "{replicaCount: 1, keda: {enabled: true, serverAddress: a, minReplicas: 3}}   | 1",
                "{replicaCount: 2, podDisruptionBudget: {enabled: false}}                     | 0"
            })
    void aDisruptionBudgetIsThereOnlyWhereOnePodMayBeSpared(String values, int budgets) {
        assertThat(Chart.render(values).all("PodDisruptionBudget")).hasSize(budgets);
    }

    private static Manifest deployment(String values) {
        return Chart.render(values).only("Deployment");
    }
}
