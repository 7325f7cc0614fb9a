package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

/** The comparison with the models notices what a cluster would refuse or, worse, ignore. */
class ModelsTests {

    @Test
    void aMistypedFieldDeepInAPodIsNamed() {
        assertThat(
                        faults(
                                """
                                apiVersion: apps/v1
                                kind: Deployment
                                metadata: {name: a}
                                spec:
                                  selector: {matchLabels: {a: b}}
                                  template:
                                    spec:
                                      containers:
                                        - name: a
                                          lifecycle: {preStop: {sleep: {second: 5}}}
                                """))
                .singleElement()
                .asString()
                .contains("second");
    }

    @Test
    void aMissingRequiredFieldIsNamed() {
        assertThat(
                        faults(
                                """
                                apiVersion: autoscaling/v2
                                kind: HorizontalPodAutoscaler
                                metadata: {name: a}
                                spec:
                                  scaleTargetRef: {kind: Deployment, name: a}
                                """))
                .singleElement()
                .asString()
                .contains("maxReplicas");
    }

    @Test
    void aMistypedFieldOfAnExtensionIsNamed() {
        assertThat(
                        faults(
                                """
                                apiVersion: monitoring.coreos.com/v1
                                kind: PrometheusRule
                                metadata: {name: a}
                                spec:
                                  groups:
                                    - name: a
                                      rules:
                                        - alert: A
                                          expression: up == 0
                                """))
                .containsExactly("unknown field .spec.groups[].rules[].expression");
    }

    @Test
    void anObjectWithoutAModelIsAFault() {
        assertThat(faults("{apiVersion: example.com/v1, kind: Thing}"))
                .containsExactly("no model for example.com/v1 Thing");
    }

    private static List<String> faults(String yaml) {
        return Models.faults(new Manifest(Chart.parse(yaml)));
    }
}
