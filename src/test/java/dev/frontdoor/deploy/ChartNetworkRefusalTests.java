package dev.frontdoor.deploy;

import static dev.frontdoor.deploy.ChartRefusalTests.refused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Routes, load balancers and scrapers that could not work are refused, with what to do about it.
 */
class ChartNetworkRefusalTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alb | {}                                               | networkPolicy.management.from",
                "gce | {management: {from: [{podSelector: {}}]}}         | networkPolicy.management.from",
                "alb | {management: {from: [{ipBlock: {cidr: 10.0.0.0/8}}]}, workers: {from:"
                        + " [{podSelector: {}}]}} | networkPolicy.workers.from"
            })
    void aLoadBalancerThatThePolicyKeepsOut(String controller, String policy, String named) {
        refused(
                "{ingress: {enabled: true, hosts: [a], controller: %s}, networkPolicy: %s}"
                        .formatted(controller, policy),
                named + " has no ipBlock");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ingress: {enabled: true, hosts: [a], controller: alb}}",
                "{ingress: {enabled: true, hosts: [a], controller: gce}}",
                "{service: {type: LoadBalancer, annotations:"
                        + " {service.beta.kubernetes.io/aws-load-balancer-type: external}}}"
            })
    void aDrainLongerThanTheLoadBalancerWaits(String route) {
        String values = "drain: {window: 3566s}\nnetworkPolicy: {enabled: false}\n";
        String flat = route.substring(1, route.length() - 1);

        refused(values + flat, "a pod may take 3601 s to stop");
        assertThat(Chart.render(values.replace("3566", "3565") + flat).objects()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{hostname: a}",
                "{caCertificateRefs: [{group: '', kind: ConfigMap, name: a}]}",
                "{hostname: a, wellKnownCACertificates: System, caCertificateRefs: [{group: '',"
                        + " kind: ConfigMap, name: a}]}"
            })
    void aGatewayThatCannotVerifyThePods(String backendTls) {
        refused(
                """
                tls: {enabled: true, secretName: a}
                httpRoute: {enabled: true, parentRefs: [{name: a}], backendTls: %s}
                """
                        .formatted(backendTls),
                "takes a BackendTLSPolicy. Set httpRoute.backendTls.hostname, and either");
    }

    @Test
    void aPreferenceThatTheClusterDoesNotKnow() {
        assertThatThrownBy(() ->
                        Chart.render("{service: {trafficDistribution: PreferSameNode}}", "v1.33.0"))
                .hasMessageContaining("PreferSameNode needs Kubernetes 1.34, and this is v1.33.0");
    }

    @Test
    void aScraperThatNothingAdmits() {
        refused(
                "serviceMonitor: {enabled: true}",
                "Name it in networkPolicy.management.from, for example");
        assertThat(
                        Chart.render(
                                        """
                                        serviceMonitor: {enabled: true}
                                        networkPolicy: {enabled: false}
                                        """)
                                .all("ServiceMonitor"))
                .hasSize(1);
    }

    @Test
    void aScraperThatCannotVerifyTheCertificate() {
        refused(
                """
                managementTls: {enabled: true, secretName: a}
                serviceMonitor: {enabled: true}
                networkPolicy: {enabled: false}
                """,
                "Set serviceMonitor.tlsConfig");
    }

    @Test
    void authoritiesOfOperatorsWithoutTls() {
        refused(
                "managementTls: {clientCa: {secretName: a}}",
                "managementTls.clientCa.secretName without managementTls.enabled");
    }

    @Test
    void managementTlsWithoutACertificate() {
        refused("managementTls: {enabled: true}", "needs managementTls.secretName");
    }
}
