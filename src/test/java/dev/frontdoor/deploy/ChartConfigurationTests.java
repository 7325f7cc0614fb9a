package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.auth.jwt.JwtProperties;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The service reads the files that the chart mounts, by the rules of Spring Boot. */
class ChartConfigurationTests {

    private static final String MOUNTED = "/run/front-door/";

    @TempDir Path folder;

    @Test
    void everySecretOfTokensIsMountedAndItsFilesAreFollowed() {
        Rendered rendered = Chart.render("auth: {tokenSecrets: [billing, shipping]}");

        assertThat(rendered.named("ConfigMap", Chart.FULL_NAME).text("data/application.yml"))
                .contains("- /run/front-door/tokens/0", "- /run/front-door/tokens/1");
        Manifest deployment = rendered.named("Deployment", Chart.FULL_NAME);
        assertThat(deployment.list("spec/template/spec/volumes"))
                .filteredOn(volume -> volume.text("name").startsWith("tokens-"))
                .extracting(volume -> volume.text("secret/secretName"))
                .containsExactly("billing", "shipping");
        assertThat(deployment.list("spec/template/spec/containers").getFirst().list("volumeMounts"))
                .extracting(mount -> mount.text("mountPath"))
                .contains("/run/front-door/tokens/0", "/run/front-door/tokens/1");
    }

    @Test
    void theKeyOfTheFleetIsMountedFromItsSecret() {
        Rendered rendered =
                Chart.render(
                        """
                        directory:
                          enabled: true
                          redis: {host: redis.billing}
                          fleetKey: {existingSecret: fleet, key: signing-key}
                        """);

        assertThat(rendered.named("ConfigMap", Chart.FULL_NAME).text("data/application.yml"))
                .contains("configtree:/run/front-door/fleet/");
        Manifest deployment = rendered.named("Deployment", Chart.FULL_NAME);
        assertThat(deployment.list("spec/template/spec/volumes"))
                .filteredOn(volume -> volume.text("name").equals("fleet"))
                .singleElement()
                .satisfies(volume -> {
                    assertThat(volume.text("secret/secretName")).isEqualTo("fleet");
                    assertThat(volume.list("secret/items"))
                            .extracting(item -> item.text("key") + " " + item.text("path"))
                            .containsExactly("signing-key frontdoor.fleet.key");
                });
        assertThat(deployment.list("spec/template/spec/containers/0/volumeMounts"))
                .extracting(mount -> mount.text("mountPath"))
                .contains("/run/front-door/fleet");
    }

    @Test
    void theRedisOfTheDirectoryIsThatOfTheValuesAndItsPasswordIsMounted() {
        Rendered rendered =
                Chart.render(
                        """
                        directory:
                          enabled: true
                          redis: {host: redis.billing, port: 6380, tls: true, existingSecret: login, usernameKey: user}
                        networkPolicy: {egress: {enabled: true}}
                        """);

        assertThat(rendered.named("ConfigMap", Chart.FULL_NAME).text("data/application.yml"))
                .contains(
                        "directory:\n    enabled: true",
                        "spring.data.redis.host: \"redis.billing\"",
                        "spring.data.redis.port: 6380",
                        "spring.data.redis.ssl.enabled: true",
                        "configtree:/run/front-door/redis/");
        Manifest deployment = rendered.named("Deployment", Chart.FULL_NAME);
        assertThat(deployment.list("spec/template/spec/volumes"))
                .filteredOn(volume -> volume.text("name").equals("redis"))
                .singleElement()
                .satisfies(volume -> {
                    assertThat(volume.text("secret/secretName")).isEqualTo("login");
                    assertThat(volume.list("secret/items"))
                            .extracting(item -> item.text("key") + " " + item.text("path"))
                            .containsExactly(
                                    "password spring.data.redis.password",
                                    "user spring.data.redis.username");
                });
        assertThat(rendered.named("NetworkPolicy", Chart.FULL_NAME).list("spec/egress"))
                .anySatisfy(rule ->
                        assertThat(rule.list("ports"))
                                .singleElement()
                                .satisfies(
                                        port -> assertThat(port.text("port")).isEqualTo("6380")));
    }

    @Test
    void secretsOfOperatorsTokensAreMountedByTheirRole() {
        Rendered rendered =
                Chart.render(
                        "managementAuth: {view: {tokenSecrets: [dash]}, operate: {tokenSecrets: [deploy, oncall]}}");

        assertThat(rendered.named("ConfigMap", Chart.FULL_NAME).text("data/application.yml"))
                .contains("- /run/front-door/operators/view/0")
                .contains("- /run/front-door/operators/operate/0")
                .contains("- /run/front-door/operators/operate/1");
        Manifest deployment = rendered.named("Deployment", Chart.FULL_NAME);
        assertThat(deployment.list("spec/template/spec/volumes"))
                .filteredOn(volume -> volume.text("name").matches("(view|operate)-tokens-.*"))
                .extracting(volume -> volume.text("secret/secretName"))
                .containsExactly("dash", "deploy", "oncall");
        assertThat(deployment.list("spec/template/spec/containers").getFirst().list("volumeMounts"))
                .extracting(mount -> mount.text("mountPath"))
                .contains(
                        "/run/front-door/operators/view/0", "/run/front-door/operators/operate/1");
    }

    @Test
    void authoritiesOfOperatorsAreTrustedAndNoCertificateIsRequired() throws IOException {
        ConfigurableEnvironment environment =
                environment(
                        "managementTls: {enabled: true, secretName: a, clientCa: {secretName: b}}");

        assertThat(environment.getProperty("management.server.ssl.client-auth")).isEqualTo("want");
        assertThat(
                        environment.getProperty(
                                "spring.ssl.bundle.pem.management.truststore.certificate"))
                .endsWith("/management-ca/ca.crt");
    }

    @Test
    void tokensOfServiceAccountsAreCheckedWithTheKeysAndTheAuthorityOfTheCluster()
            throws IOException {
        String values =
                """
                auth: {serviceAccounts: {enabled: true}, tokenSecrets: [billing]}
                config: {frontdoor: {auth: {jwt: {namespaces-claim: /kubernetes.io/namespace}}}}
                """;
        ConfigurableEnvironment environment = environment(values);
        JwtProperties jwt =
                Binder.get(environment).bind("frontdoor.auth.jwt", JwtProperties.class).get();
        assertThat(jwt.issuer()).isEqualTo("https://kubernetes.default.svc.cluster.local");
        assertThat(jwt.jwkSetUri()).isEqualTo("https://kubernetes.default.svc/openid/v1/jwks");
        assertThat(jwt.audiences()).containsExactly("front-door");
        assertThat(jwt.namespacesClaim()).isEqualTo("/kubernetes.io/namespace");
        assertThat(jwt.sslBundle()).isEqualTo("cluster");
        assertThat(environment.getProperty("spring.ssl.bundle.pem.cluster.truststore.certificate"))
                .endsWith("/cluster/ca.crt");
        assertThat(jwt.jwkSetTokenFile()).endsWith("/cluster/token");

        Manifest deployment = Chart.render(values).named("Deployment", Chart.FULL_NAME);
        Manifest volume =
                deployment.list("spec/template/spec/volumes").stream()
                        .filter(candidate -> candidate.text("name").equals("cluster"))
                        .findFirst()
                        .orElseThrow();
        assertThat(volume.text("projected/sources/0/serviceAccountToken/path")).isEqualTo("token");
        assertThat(volume.text("projected/sources/1/configMap/name")).isEqualTo("kube-root-ca.crt");
        assertThat(deployment.list("spec/template/spec/containers").getFirst().list("volumeMounts"))
                .extracting(mount -> mount.text("mountPath"))
                .contains("/run/front-door/cluster");
    }

    @Test
    void tokensOfTheSecretBecomeAList() throws IOException {
        ConfigurableEnvironment environment =
                environment("auth: {tokens: [0123456789abcdef, fedcba9876543210]}");

        assertThat(list(environment, "frontdoor.auth.tokens"))
                .containsExactly("0123456789abcdef", "fedcba9876543210");
    }

    @Test
    void tokensAreNowhereButInTheSecret() {
        Rendered rendered =
                Chart.render("auth: {tokens: [0123456789abcdef]}\nconfig: {spring: {a: b}}");

        assertThat(rendered.objects())
                .filteredOn(object -> !object.kind().equals("Secret"))
                .noneMatch(object -> object.content().toString().contains("0123456789abcdef"));
        assertThat(tokens(rendered)).isEqualTo("0123456789abcdef");
    }

    @Test
    void anExistingSecretIsReadAtItsOwnKeyAndNoneIsMade() {
        Rendered rendered = Chart.render("auth: {existingSecret: mine, existingSecretKey: list}");

        assertThat(rendered.all("Secret")).isEmpty();
        assertThat(secretVolume(rendered).text("secret/secretName")).isEqualTo("mine");
        assertThat(secretVolume(rendered).text("secret/items/0/key")).isEqualTo("list");
    }

    @Test
    void settingsOfConfigReachTheServiceBesideTheChartsOwn() throws IOException {
        ConfigurableEnvironment environment =
                environment(
                        """
                        path: /workers
                        config:
                          frontdoor:
                            duplicate-identity: replace
                            drain.max-closes-per-second: 50
                        """);

        assertThat(environment.getProperty("frontdoor.path")).isEqualTo("/workers");
        assertThat(environment.getProperty("frontdoor.drain.window")).isEqualTo("20s");
        assertThat(environment.getProperty("frontdoor.duplicate-identity")).isEqualTo("replace");
        assertThat(environment.getProperty("frontdoor.drain.max-closes-per-second"))
                .isEqualTo("50");
    }

    @Test
    void importsOfTheUserDoNotReplaceTheTokens() throws IOException {
        Files.writeString(folder.resolve("more.yml"), "more: here");
        ConfigurableEnvironment environment =
                environment(
                        """
                        auth: {tokens: [0123456789abcdef]}
                        config: {spring: {config: {import: "file:%s"}}}
                        """
                                .formatted(folder.resolve("more.yml")));

        assertThat(environment.getProperty("more")).isEqualTo("here");
        assertThat(environment.getProperty("frontdoor.auth.tokens")).isEqualTo("0123456789abcdef");
    }

    @Test
    void tlsIsForTheWorkersPortAlone() throws IOException {
        ConfigurableEnvironment environment =
                environment("tls: {enabled: true, secretName: workers-tls}");

        assertThat(environment.getProperty("server.ssl.bundle")).isEqualTo("workers");
        assertThat(environment.getProperty("spring.ssl.bundle.pem.workers.keystore.certificate"))
                .endsWith("/tls/tls.crt");
        assertThat(environment.getProperty("management.server.ssl.enabled")).isEqualTo("false");
    }

    @Test
    void workersAreAskedForCertificatesOfTheAuthorityInTheSameSecret() throws IOException {
        ConfigurableEnvironment environment =
                environment(
                        """
                        tcp: {enabled: true, tls: true}
                        tls: {enabled: true, secretName: workers-tls, clientAuth: need}
                        """);

        assertThat(environment.getProperty("server.ssl.client-auth")).isEqualTo("need");
        assertThat(environment.getProperty("frontdoor.tcp.client-auth")).isEqualTo("need");
        assertThat(environment.getProperty("spring.ssl.bundle.pem.workers.truststore.certificate"))
                .endsWith("/tls/ca.crt");
    }

    /** A file that is mounted by subPath does not follow its Secret. */
    @Test
    void theAuthorityOfAnotherSecretIsMountedSoThatPodsFollowIt() throws IOException {
        String values =
                """
                tls:
                  enabled: true
                  secretName: workers-tls
                  clientAuth: want
                  clientCa: {secretName: authority, key: root.crt}
                """;

        assertThat(
                        environment(values)
                                .getProperty(
                                        "spring.ssl.bundle.pem.workers.truststore.certificate"))
                .endsWith("/client-ca/root.crt");
        assertThat(Chart.render(values).only("Deployment").content().toString())
                .contains("/run/front-door/client-ca", "authority")
                .doesNotContain("subPath");
    }

    @Test
    void workersGetCertificatesOfTheirOwn() {
        Rendered rendered =
                Chart.render(
                        """
                        tls:
                          enabled: true
                          secretName: workers-tls
                          certificate: {issuerRef: {name: workers-ca}}
                          workerCertificates: [{name: billing, uris: ["spiffe://test/billing"]}]
                        """);

        assertThat(rendered.all("Certificate"))
                .singleElement()
                .satisfies(certificate -> {
                    assertThat(certificate.text("spec/secretName"))
                            .isEqualTo(Chart.FULL_NAME + "-worker-billing");
                    assertThat(certificate.text("spec/uris/0")).isEqualTo("spiffe://test/billing");
                    assertThat(certificate.text("spec/issuerRef/name")).isEqualTo("workers-ca");
                });
    }

    @Test
    void theManagementPortAnswersToTheNamesOfItsService() throws IOException {
        String service = Chart.FULL_NAME + "-management";
        assertThat(Chart.render(Chart.NO_VALUES).named("Service", service).list("spec/ports"))
                .extracting(port -> port.text("targetPort"))
                .containsExactly("management");

        assertThat(list(environment(Chart.NO_VALUES), "frontdoor.management.allowed-hosts"))
                .containsExactly(
                        service,
                        service + ".workers",
                        service + ".workers.svc",
                        service + ".workers.svc.cluster.local");
    }

    @Test
    void theServiceMayHaveAnotherName() throws IOException {
        assertThat(
                        list(
                                environment("fullnameOverride: door"),
                                "frontdoor.management.allowed-hosts"))
                .contains("door-management", "door-management.workers.svc");
    }

    @Test
    void withoutAMeshLoopbackMayOperate() throws IOException {
        assertThat(environment(Chart.NO_VALUES).getProperty("frontdoor.management.trust-loopback"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"istio", "linkerd"})
    void behindASidecarLoopbackMayNotOperate(String mesh) throws IOException {
        assertThat(environment("mesh: " + mesh).getProperty("frontdoor.management.trust-loopback"))
                .isEqualTo("never");
    }

    @Test
    void theBeansOfMountedNotifiersAreRequired() throws IOException {
        ConfigurableEnvironment environment =
                environment(
                        """
                        notifiers:
                          - {name: a, beans: [billing, "a: b"], image: {repository: a, tag: "1"}}
                          - {name: b, beans: [ban, billing], image: {repository: b, tag: "1"}}
                        """);

        assertThat(list(environment, "frontdoor.notifiers.required"))
                .containsExactly("billing", "a: b", "ban");
    }

    @Test
    void withoutMountedNotifiersTheConfigurationRequiresBeans() throws IOException {
        ConfigurableEnvironment environment =
                environment("config: {frontdoor: {notifiers: {required: [webhook]}}}");

        assertThat(list(environment, "frontdoor.notifiers.required")).containsExactly("webhook");
    }

    @Test
    void theInstanceIsThePodsName() {
        assertThat(
                        Chart.render(Chart.NO_VALUES)
                                .only("Deployment")
                                .at("spec/template/spec/containers/0/env/0"))
                .isEqualTo(
                        Map.of(
                                "name",
                                "FRONTDOOR_INSTANCE",
                                "valueFrom",
                                Map.of("fieldRef", Map.of("fieldPath", "metadata.name"))));
    }

    private static List<String> list(ConfigurableEnvironment environment, String setting) {
        return Binder.get(environment).bind(setting, Bindable.listOf(String.class)).get();
    }

    /** An environment with the files that a pod has mounted. */
    private ConfigurableEnvironment environment(String values) throws IOException {
        Rendered rendered = Chart.render(values);
        Path mounted = Files.createDirectories(folder.resolve("run"));
        String settings =
                rendered.only("ConfigMap")
                        .text("data/application.yml")
                        .replace(MOUNTED, mounted + "/");
        Files.writeString(folder.resolve("application.yml"), settings);
        if (!rendered.all("Secret").isEmpty()) {
            Path auth = Files.createDirectories(mounted.resolve("auth"));
            String file = secretVolume(rendered).text("secret/items/0/path");
            Files.writeString(auth.resolve(file), tokens(rendered) + "\n");
        }
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(
                        new MapPropertySource(
                                "location", Map.of("spring.config.location", folder + "/")));
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        return environment;
    }

    private static String tokens(Rendered rendered) {
        byte[] bytes = Base64.getDecoder().decode(rendered.only("Secret").text("data/tokens"));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Manifest secretVolume(Rendered rendered) {
        List<Manifest> volumes = rendered.only("Deployment").list("spec/template/spec/volumes");
        return volumes.stream()
                .filter(volume -> volume.text("name").equals("auth"))
                .findFirst()
                .orElseThrow();
    }
}
