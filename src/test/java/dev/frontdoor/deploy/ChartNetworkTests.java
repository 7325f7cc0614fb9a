package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

/** Who reaches the pods, and how a route keeps idle WebSockets open and uses TLS. */
class ChartNetworkTests {

    private static final String TLS = "tls: {enabled: true, secretName: a}\n";

    @Test
    void theManagementPortAdmitsTheReleasesNamespaceAlone() {
        assertThat(managementPeers(Chart.NO_VALUES))
                .isEqualTo(List.of(Map.of("podSelector", Map.of())));
    }

    @Test
    void theManagementPortAdmitsNamedPeersToo() {
        assertThat(
                        managementPeers(
                                "networkPolicy: {management: {from: [{ipBlock: {cidr:"
                                        + " 10.0.0.0/8}}]}}"))
                .isEqualTo(
                        List.of(
                                Map.of("podSelector", Map.of()),
                                Map.of("ipBlock", Map.of("cidr", "10.0.0.0/8"))));
    }

    @Test
    void theManagementPortHasACertificateOfItsOwn() {
        Rendered rendered = Chart.render("managementTls: {enabled: true, secretName: mine}");
        Manifest settings =
                new Manifest(
                        Chart.parse(
                                rendered.named("ConfigMap", Chart.FULL_NAME)
                                        .text("data/application.yml")));

        assertThat(settings.at("management.server.ssl.bundle")).isEqualTo("management");
        assertThat(settings.at("server.ssl.bundle")).isNull();
        assertThat(rendered.only("Deployment").list("spec/template/spec/volumes"))
                .anySatisfy(volume -> {
                    assertThat(volume.text("name")).isEqualTo("management-tls");
                    assertThat(volume.text("secret/secretName")).isEqualTo("mine");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nginx       | Ingress | nginx.ingress.kubernetes.io~backend-protocol        | HTTPS",
                "f5-nginx    | Ingress | nginx.org~ssl-services                 | front-worker-front-door",
                "f5-nginx    | Ingress | nginx.org~websocket-services           | front-worker-front-door",
                "f5-nginx    | Ingress | nginx.org~proxy-read-timeout                        | 3600s",
                "contour     | Service | projectcontour.io~upstream-protocol.tls           | workers",
                "traefik     | Service | traefik.ingress.kubernetes.io~service.serversscheme | https",
                "gce         | Service | cloud.google.com~app-protocols        | {\"workers\": \"HTTPS\"}",
                "gce         | Service | cloud.google.com~backend-config | {\"default\":\"front-worker-front-door\"}",
                "alb         | Ingress | alb.ingress.kubernetes.io~backend-protocol          | HTTPS",
                "alb         | Ingress | alb.ingress.kubernetes.io~healthcheck-protocol      | HTTPS"
            })
    void aControllerFindsItsAnnotationWhereItLooks(
            String controller, String kind, String annotation, String value) {
        Rendered rendered =
                Chart.render(
                        TLS
                                + """
                                managementTls: {enabled: true, secretName: a}
                                ingress: {enabled: true, hosts: [a], controller: %s}
                                networkPolicy: {enabled: false}
                                """
                                        .formatted(controller));

        assertThat(rendered.named(kind, Chart.FULL_NAME).text("metadata/annotations/" + annotation))
                .isEqualTo(value);
    }

    @Test
    void theLoadBalancerOfGkeWaitsForTheDrainAndAsksForHealth() {
        Manifest backend =
                Chart.render(
                                """
                                ingress: {enabled: true, hosts: [a], controller: gce, timeoutSeconds: 86400}
                                networkPolicy: {enabled: false}
                                drain: {window: 60s}
                                """)
                        .only("BackendConfig");

        assertThat(backend.number("spec/timeoutSec")).isEqualTo(86400);
        assertThat(backend.number("spec/connectionDraining/drainingTimeoutSec")).isEqualTo(95);
        assertThat(backend.number("spec/healthCheck/port")).isEqualTo(8081);
        assertThat(backend.text("spec/healthCheck/type")).isEqualTo("HTTP");
    }

    @Test
    void theTcpPortIsOnTheWorkersService() {
        Rendered rendered =
                Chart.render(
                        TLS + "tcp: {enabled: true, tls: true}\nnetworkPolicy: {enabled: true}");
        assertThat(rendered.named("Service", Chart.FULL_NAME).list("spec/ports"))
                .anySatisfy(port -> {
                    assertThat(port.text("name")).isEqualTo("tcp-workers");
                    assertThat(port.number("port")).isEqualTo(7070);
                });
        assertThat(rendered.only("NetworkPolicy").list("spec/ingress").getFirst().list("ports"))
                .anySatisfy(port -> assertThat(port.text("port")).isEqualTo("tcp-workers"));
        assertThat(rendered.named("ConfigMap", Chart.FULL_NAME).text("data/application.yml"))
                .contains("tcp:\n    port: 7070\n    ssl-bundle: workers");
        assertThat(
                        Chart.render(Chart.NO_VALUES)
                                .named("Service", Chart.FULL_NAME)
                                .list("spec/ports"))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "PreferSameZone, v1.33.4, PreferClose",
        "PreferSameZone, v1.34.0, PreferSameZone",
        "PreferSameNode, v1.34.0, PreferSameNode"
    })
    void aPreferenceHasTheNameThatTheClusterKnows(String value, String version, String rendered) {
        assertThat(
                        Chart.render("service: {trafficDistribution: %s}".formatted(value), version)
                                .named("Service", Chart.FULL_NAME)
                                .text("spec/trafficDistribution"))
                .isEqualTo(rendered);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "istio   | traffic.sidecar.istio.io~excludeInboundPorts",
                "linkerd | config.linkerd.io~skip-inbound-ports"
            })
    void aMeshLeavesTheManagementPortAlone(String mesh, String annotation) {
        assertThat(
                        Chart.render("mesh: " + mesh)
                                .only("Deployment")
                                .text("spec/template/metadata/annotations/" + annotation))
                .isEqualTo("8081");
    }

    @Test
    void bothServicesHaveTheSameAddressFamilies() {
        List<Manifest> services =
                Chart.render(
                                "service: {ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv6, IPv4]}")
                        .all("Service");

        assertThat(services).hasSize(2);
        assertThat(services)
                .allSatisfy(service -> {
                    assertThat(service.text("spec/ipFamilyPolicy")).isEqualTo("RequireDualStack");
                    assertThat(service.at("spec/ipFamilies")).isEqualTo(List.of("IPv6", "IPv4"));
                });
    }

    private static Object managementPeers(String values) {
        List<Manifest> rules = Chart.render(values).only("NetworkPolicy").list("spec/ingress");
        Manifest rule = rules.getLast();
        assertThat(rule.text("ports/0/port")).isEqualTo("management");
        return rule.at("from");
    }
}
