package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;

/** Values that change the same objects render what the cluster's API knows, in each combination. */
class ChartCombinationsTests {

    private static final List<String> CONTROLLERS =
            List.of(
                    "nginx",
                    "f5-nginx",
                    "haproxy-ingress",
                    "haproxy-technologies",
                    "contour",
                    "traefik",
                    "alb",
                    "gce");

    private static final String REACHABLE =
            """
            networkPolicy: {management: {from: [{ipBlock: {cidr: 10.0.0.0/8}}]}}
            serviceMonitor: {enabled: true, namespace: monitoring, tlsConfig: {insecureSkipVerify: true}}
            service: {ipFamilyPolicy: PreferDualStack, internalTrafficPolicy: Local}
            """;

    /** How workers arrive. */
    static List<String> routes() {
        List<String> routes = new ArrayList<>();
        routes.add("");
        for (String controller : CONTROLLERS) {
            routes.add(
                    "ingress: {enabled: true, hosts: [a], controller: %s}".formatted(controller));
        }
        routes.add(
                "httpRoute: {enabled: true, parentRefs: [{name: a}], backendTls: {hostname: a,"
                        + " wellKnownCACertificates: System}}");
        return routes;
    }

    @ParameterizedTest
    @MethodSource("routes")
    void everyObjectFitsItsModel(String route) {
        for (String tls : List.of("", "tls: {enabled: true, secretName: a}")) {
            for (String management : List.of("", "managementTls: {enabled: true, secretName: a}")) {
                for (String scaling :
                        List.of(
                                "",
                                "autoscaling: {enabled: true}",
                                "autoscaling: {keepReplicas: 4}\n"
                                        + "keda: {enabled: true, serverAddress: a}",
                                "podDisruptionBudget: {minAvailable: 1}")) {
                    check(String.join("\n", REACHABLE, route, tls, management, scaling));
                }
            }
        }
    }

    private static void check(String values) {
        Rendered rendered = Chart.render(values);
        boolean tls = values.contains("\ntls:");

        assertThat(rendered.objects())
                .as(values)
                .allSatisfy(object -> assertThat(Models.faults(object)).as("%s", object).isEmpty());
        assertThat(rendered.all("BackendTLSPolicy"))
                .hasSize(tls && values.contains("httpRoute") ? 1 : 0);
        String scheme = values.contains("managementTls") ? "HTTPS" : "HTTP";
        Manifest container =
                rendered.only("Deployment").list("spec/template/spec/containers").getFirst();
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            assertThat(container.text(probe + "/httpGet/scheme")).as(values).isEqualTo(scheme);
        }
        assertThat(rendered.only("ServiceMonitor").text("spec/endpoints/0/scheme"))
                .isEqualToIgnoringCase(scheme);
        assertThat(rendered.named("Service", Chart.FULL_NAME).text("spec/ports/0/appProtocol"))
                .isEqualTo(tls ? "kubernetes.io/wss" : "kubernetes.io/ws");
    }
}
