package dev.frontdoor.deploy;

import static dev.frontdoor.deploy.ChartRefusalTests.refused;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/** Images, labels and resources that cannot work are refused, with what to do about it. */
class ChartPodRefusalTests {

    @ParameterizedTest
    @ValueSource(strings = {"CLASSPATH", "LOADER_PATH"})
    void aClassPathThatTheServiceIgnores(String variable) {
        refused(
                "{extraEnv: [{name: %s, value: /jars/*}]}".formatted(variable),
                "extraEnv sets %s, which the service ignores. Use notifiers".formatted(variable));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{image: {repository: 'a/b:1.0'}} | image.repository is a/b:1.0, which contains a tag",
                "{image: {repository: 'a@sha256:0'}} | image.repository is a@sha256:0, which contains",
                "{notifiers: [{name: a, beans: [a], image: {repository: 'a:1', tag: b}}]} | notifiers[].image.tag",
                "{notifiers: [{name: a, beans: [a], initImage: {repository: 'a:1'}}]} | notifiers[].initImage.tag",
                "{tests: {image: {repository: 'bash:5', tag: b}}} | tests.image.repository is bash:5"
            })
    void aRepositoryThatContainsATag(String values, String message) {
        refused(values, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{notifiers: [{name: a, beans: [a], image: {repository: b/c}}]} | notifiers[].image b/c has neither",
                "{notifiers: [{name: a, beans: [a], initImage: {repository: b}}]} | notifiers[].initImage b has",
                "{tests: {image: {repository: bash}}} | tests.image bash has neither a tag nor a digest"
            })
    void anImageWithoutATag(String values, String message) {
        refused(values, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | image worker-front-door has no registry",
                "{image: {repository: team/front-door}} | image team/front-door has no registry",
                "{image: {registry: r}, tests: {image: {repository: bash, tag: a}}} | tests.image bash"
                        + " has no registry",
                "{image: {registry: r}, notifiers: [{name: a, beans: [a], image: {repository: b, tag: c}}]} |"
                        + " notifiers[].image b has no registry"
            })
    void anImageWithoutARegistry(String values, String message) {
        refused(withoutRegistry(values), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{image: {pullPolicy: Never}}",
                "{image: {repository: registry.example.com/front-door}}",
                "{image: {repository: 'localhost:5000/front-door'}}"
            })
    void anImageThatNeedsNoRegistryIsTaken(String values) {
        assertThat(Chart.render(withoutRegistry(values)).objects()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "commonLabels",
                "podLabels",
                "service.labels",
                "managementService.labels",
                "ingress.labels",
                "httpRoute.labels",
                "serviceMonitor.labels",
                "prometheusRule.labels",
                "dashboard.labels"
            })
    void labelsOfTheChartItself(String value) {
        for (String label :
                List.of("app.kubernetes.io/name", "app.kubernetes.io/component", "helm.sh/chart")) {
            refused(
                    "%s: {%s: a}%s"
                            .formatted(
                                    value.replace(".", ": {"),
                                    label,
                                    value.contains(".") ? "}" : ""),
                    "%s sets the label %s, which the chart sets itself".formatted(value, label));
        }
    }

    @Test
    void aHeapThatNothingLimits() {
        refused("resources: {limits: null}", "resources.limits.memory is not set");
        refused("resources: {limits: {cpu: 1, memory: null}}", "resources.limits.memory");
        assertThat(Chart.render("{resources: {limits: null}, jvm: {options: [-Xmx1g]}}").objects())
                .isNotEmpty();
    }

    @Test
    void anAutoscalerOnAShareOfNothing() {
        refused(
                "{autoscaling: {enabled: true}, resources: {requests: {cpu: null}}}",
                "autoscaling.cpuUtilization is a share of resources.requests.cpu");
    }

    @Test
    void aDisruptionBudgetThatBlocksEveryNode() {
        refused(
                "{replicaCount: 3, podDisruptionBudget: {minAvailable: 3}}",
                "podDisruptionBudget.minAvailable is 3 of at least 3 pods");
    }

    private static String withoutRegistry(String values) {
        return "{global: {imageRegistry: ''}, " + values.substring(1);
    }
}
