package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that cannot work are refused before anything is installed, with what to do about it. */
class ChartRefusalTests {

    @Test
    void settingsOfTheClustersTokensThatTheChartMakesItself() {
        refused(
                "{auth: {serviceAccounts: {enabled: true}}, config: {frontdoor: {auth: {jwt: {issuer: a}}}}}",
                "Use auth.serviceAccounts");
    }

    @Test
    void twoAutoscalersForOneDeployment() {
        refused(
                "{autoscaling: {enabled: true}, keda: {enabled: true, serverAddress: 'http://p'}}",
                "autoscaling.enabled and keda.enabled are both true");
    }

    @Test
    void anAutoscalerWithMorePodsAtLeastThanAtMost() {
        refused(
                "{autoscaling: {enabled: true, minReplicas: 11}}",
                "autoscaling.minReplicas is 11, which is more than autoscaling.maxReplicas, 10");
    }

    @Test
    void anAutoscalerThatMeasuresNothing() {
        refused(
                "{autoscaling: {enabled: true, connectionsPerPod: 0, cpuUtilization: 0}}",
                "connectionsPerPod or autoscaling.cpuUtilization");
    }

    @Test
    void kedaWithoutAPrometheus() {
        refused("{keda: {enabled: true}}", "keda.enabled needs keda.serverAddress");
    }

    @Test
    void aGracePeriodShorterThanTheDrain() {
        refused(
                "{terminationGracePeriodSeconds: 54}",
                "terminationGracePeriodSeconds is 54, but a drain needs 55");
    }

    @Test
    void aGracePeriodThatALongerDrainOutgrew() {
        refused(
                "{terminationGracePeriodSeconds: 60, drain: {window: 1m}}",
                "terminationGracePeriodSeconds is 60, but a drain needs 95");
    }

    @Test
    void aProgressDeadlineThatAHealthyRolloutWouldMiss() {
        refused(
                "{progressDeadlineSeconds: 186}",
                "progressDeadlineSeconds is 186, but must be more than 211");
    }

    @Test
    void aRolloutThatCanReplaceNothing() {
        refused("{updateStrategy: {maxSurge: 0%, maxUnavailable: 0}}", "are both 0");
    }

    @Test
    void certificatesOfWorkersThatNothingAsksForOrThatNameNobody() {
        refused("{tls: {clientAuth: need}}", "tls.clientAuth without tls.enabled");
        refused(
                "{tls: {workerCertificates: [{name: a, uris: [x]}]}}",
                "needs tls.certificate.issuerRef.name");
        refused(
                "{tls: {certificate: {issuerRef: {name: ca}}, workerCertificates: [{name: a}]}}",
                "would name nobody");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{frontdoor: {drain: {window: 5s}}}             | Use drain.window",
                "{frontdoor.drain.window: 5s}                   | Use drain.window",
                "{frontdoor: {drain.push-grace: 5s}}            | Use drain.pushGrace",
                "{frontdoor: {drain: {pushGrace: 5s}}}          | Use drain.pushGrace",
                "{frontdoor: {path: /elsewhere}}                | Use path",
                "{frontdoor: {instance: me}}                    | it is the pod's name",
                "{frontdoor: {auth: {tokens: [a]}}}             | tokens belong in a Secret",
                "{frontdoor: {tcp: {port: 7000}}}               | Use tcp.enabled and tcp.port",
                "{frontdoor: {tcp: {clientAuth: need}}}         | Use tls.clientAuth",
                "{server: {port: 9000}}                         | Use service.port",
                "{server: {ssl: {bundle: mine}}}                | Use tls",
                "{management: {server: {port: 9000}}}           | Use managementService.port",
                "{management: {server: {ssl: {enabled: true}}}} | Use managementTls"
            })
    void aSettingThatTheChartHasToKnow(String config, String instead) {
        refused("config: " + config, instead);
    }

    @Test
    void aSettingThatTheChartHasToKnowAsAnEnvironmentVariable() {
        refused(
                "{extraEnv: [{name: FRONTDOOR_DRAIN_PUSHGRACE, value: 1m}]}",
                "extraEnv FRONTDOOR_DRAIN_PUSHGRACE sets frontdoor.drain.push-grace");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{tcp: {enabled: true, port: 8081}}                        | tcp.port is 8081",
                "{tcp: {enabled: true, port: 9000}, service: {port: 9000}} | tcp.port is 9000",
                "{tcp: {enabled: true, tls: true}}                         | tcp.tls needs tls.enabled"
            })
    void aTcpPortThatCannotBe(String values, String refusal) {
        refused(values, refusal);
    }

    @Test
    void tokensFromTwoPlaces() {
        refused(
                "{auth: {tokens: [0123456789abcdef], existingSecret: tokens}}",
                "auth.tokens and auth.existingSecret are both given");
    }

    @Test
    void tlsWithoutACertificate() {
        refused("{tls: {enabled: true}}", "tls.enabled needs tls.secretName");
    }

    @Test
    void aCertificateThatNobodyIssues() {
        refused(
                "{tls: {enabled: true, certificate: {enabled: true}}}",
                "needs tls.certificate.issuerRef.name and tls.certificate.dnsNames");
    }

    @Test
    void aCertificateThatNothingUses() {
        refused("{tls: {certificate: {enabled: true}}}", "tls.certificate.enabled without tls");
    }

    @Test
    void aNotifierFromNowhere() {
        refused("{notifiers: [{name: billing, beans: [a]}]}", "it has none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "beans: [], "})
    void aNotifierWithoutBeans(String beans) {
        assertThatThrownBy(() ->
                        Chart.render(
                                "{notifiers: [{name: a, %simage: {repository: a, tag: b}}]}"
                                        .formatted(beans)))
                .hasMessageContaining("schema")
                .hasMessageContaining("beans");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config: {frontdoor: {notifiers: {required: [b]}}}",
                "extraEnv: [{name: FRONTDOOR_NOTIFIERS_REQUIRED, value: b}]"
            })
    void beansRequiredInTwoPlaces(String other) {
        refused(
                "{notifiers: [{name: a, beans: [a], image: {repository: a, tag: b}}], %s}"
                        .formatted(other),
                "sets frontdoor.notifiers.required, which the chart has to know. Use"
                        + " notifiers[].beans.");
    }

    @Test
    void aNotifierFromTwoPlaces() {
        refused(
                "{notifiers: [{name: billing, beans: [a], image: {repository: a, tag: b}, initImage:"
                        + " {repository: a, tag: b}}]}",
                "it has image and initImage");
    }

    @Test
    void twoNotifiersInOneFolder() {
        refused(
                "{notifiers: [{name: a, beans: [a], image: {repository: a, tag: c}}, {name: a, beans: [a], image:"
                        + " {repository: b, tag: c}}]}",
                "two entries named \"a\"");
    }

    @Test
    void anImageVolumeOnAKubernetesWithoutThem() {
        assertThatThrownBy(() ->
                        Chart.render(
                                "{notifiers: [{name: a, beans: [a], image: {repository: a, tag: b}}]}",
                                "v1.32.4"))
                .hasMessageContaining("Use initImage");
    }

    @Test
    void aRouteToNowhere() {
        refused("{ingress: {enabled: true}}", "ingress.enabled needs at least one name");
        refused("{httpRoute: {enabled: true}}", "httpRoute.enabled needs httpRoute.parentRefs");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{replicas: 3}                                         | replicas",
                "{ingress: {hostname: a}}                              | hostname",
                "{notifiers: [{name: a, beans: [a], img: {repository: a}}]}        | img",
                "{probes: {readiness: {path: /}}}                      | path",
                "{prometheusRule: {disabled: [FrontDoorMistyped]}}     | disabled",
                "{drain: {window: 20}}                                 | window",
                "{service: {trafficDistribution: PreferClose}}         | PreferSameZone",
                "{podDisruptionBudget: {minAvailable: 100%}}           | minAvailable",
                "{mesh: consul}                                        | mesh",
                "{drain: {window: 20 seconds}}                         | window",
                "{path: liminal}                                       | path",
                "{auth: {tokens: [short]}}                             | tokens",
                "{image: {digest: latest}}                             | digest",
                "{jvm: {options: [Xmx1g]}}                             | options",
                "{replicaCount: -1}                                    | replicaCount",
                "{config: {frontdoor: {auth: {token: a}}}}             | token",
                "{config: {frontdoor: {limits: {max-conections: 5}}}}  | max-conections",
                "{config: {frontdoor: {hartbeat: {interval: 1s}}}}     | hartbeat",
                "{config: {frontdoor: {notifiers: {beans: {a: {timeot: 1s}}}}}} | timeot"
            })
    void aValueThatTheSchemaDoesNotKnow(String values, String named) {
        assertThatThrownBy(() -> Chart.render(values))
                .hasMessageContaining("schema")
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{frontdoor: {limits: {max-connections: 5}}}",
                "{frontdoor: {limits: {maxConnections: 5}}}",
                "{frontdoor: {limits: {max_connections: 5}}}",
                "{frontdoor: {limits.max-connections: 5}}",
                "{frontdoor.limits: {max-connections: 5}}",
                "{frontdoor: {limits: }}",
                "{frontdoor: {notifiers: {required: [a], beans: {a: {match: {nodes: [b]}}, c: {}}}}}",
                "{frontdoors: {anything: 5}}"
            })
    void aSettingInAnyFormOfSpringBootIsLetThrough(String config) {
        assertThatCode(() -> Chart.render("config: " + config)).doesNotThrowAnyException();
    }

    static void refused(String values, String message) {
        assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining(message);
    }
}
