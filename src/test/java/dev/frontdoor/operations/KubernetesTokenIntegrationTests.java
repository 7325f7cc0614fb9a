package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.LocalIssuer;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.SecretDirectory;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;
import dev.frontdoor.test.server.TestKeys;
import dev.frontdoor.test.server.TestToken;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.util.List;
import java.util.Map;

/**
 * Tokens of service accounts that Kubernetes projects into pods. The API server has a certificate
 * of the cluster's own authority, and gives its keys to those with a token.
 */
@BothTransports
@FrontDoorTest({
    "frontdoor.auth.jwt.issuer=https://kubernetes.default.svc.cluster.local",
    "frontdoor.auth.jwt.audiences=front-door",
    "frontdoor.auth.jwt.namespaces-claim=/kubernetes.io/namespace",
    "frontdoor.auth.jwt.ssl-bundle=cluster",
    "frontdoor.auth.jwt.refresh-interval=1d",
    "frontdoor.auth.jwt.unknown-key-interval=200ms"
})
@ExtendWith(LoggedOutputExtension.class)
class KubernetesTokenIntegrationTests {

    private static final TestKeys CLUSTER = TestKeys.generate();
    private static final LocalIssuer API_SERVER = LocalIssuer.start(CLUSTER.serverContext());
    private static final SecretDirectory PROJECTED =
            SecretDirectory.create().put("token", "token-of-the-service\n");

    static {
        API_SERVER.requireToken("token-of-the-service");
    }

    private final ServerUnderTest server;
    private final ScriptedNotifier notifier;
    private final Workers workers;
    private final JwtWorkers jwt;

    KubernetesTokenIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier,
            Workers workers) {
        this.server = server;
        this.notifier = notifier;
        this.workers = workers;
        this.jwt = new JwtWorkers(server);
    }

    @DynamicPropertySource
    static void cluster(DynamicPropertyRegistry settings) {
        settings.add("frontdoor.auth.jwt.jwk-set-uri", () -> API_SERVER.url() + LocalIssuer.KEYS);
        settings.add(
                "frontdoor.auth.jwt.jwk-set-token-file",
                () -> PROJECTED.path().resolve("token").toString());
        settings.add(
                "spring.ssl.bundle.jks.cluster.truststore.location", () -> CLUSTER.store().toUri());
        settings.add("spring.ssl.bundle.jks.cluster.truststore.password", () -> TestKeys.PASSWORD);
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @AfterAll
    static void stop() {
        API_SERVER.close();
    }

    @Test
    void podRegistersInItsOwnNamespaceOnly() throws Exception {
        try (TestWorker worker = jwt.connect(projected("payments").sign())) {
            worker.send(new WorkerRegister(0, jwt.registration("billing").build()));
            worker.expectRejected(
                    "namespace \"billing\" is not granted to principal"
                            + " \"system:serviceaccount:payments:charger\"");
            String identity = server.newIdentity();
            worker.register(Registrations.of(identity).namespaces("payments").build());
            assertThat(workers.connection(notifier.pidOf(identity)).orElseThrow().principal())
                    .extracting(Principal::name)
                    .isEqualTo("system:serviceaccount:payments:charger");
        }
    }

    @Test
    void tokenForAnotherAudienceIsRefused() throws Exception {
        jwt.expectRefused(
                "audience of the API server",
                projected("payments")
                        .claim("aud", List.of("https://kubernetes.default.svc.cluster.local"))
                        .sign());
    }

    @Test
    void tokenByWhichTheKeysAreReadMayChangeAndIsNeverLogged(CapturedOutput output) {
        RSAKey rotated = LocalIssuer.rsa("rotated-" + System.nanoTime());
        API_SERVER.requireToken("second-token-of-the-service");
        API_SERVER.publish(API_SERVER.key(), rotated);
        double failures = failures();
        ServerUnderTest.eventually(() -> {
            jwt.expectUnavailable(projected("payments").key(rotated).sign());
            assertThat(failures()).isGreaterThan(failures);
        });
        PROJECTED.put("token", "not a token");
        double odd = failures();
        ServerUnderTest.eventually(() -> {
            jwt.expectUnavailable(projected("payments").key(rotated).sign());
            assertThat(failures()).isGreaterThan(odd);
        });
        PROJECTED.put("token", "second-token-of-the-service");
        ServerUnderTest.eventually(
                () -> jwt.connect(projected("payments").key(rotated).sign()).close());

        assertThat(output.getAll())
                .contains("status 401", "it holds no token")
                .doesNotContain("token-of-the-service", "not a token");
        PROJECTED.put("token", "token-of-the-service\n");
        API_SERVER.requireToken("token-of-the-service");
        API_SERVER.publish(API_SERVER.key());
    }

    private double failures() {
        return server.sum("frontdoor.authentication.key.fetches", "outcome", "failure");
    }

    /** A token with the claims of the API server. */
    private static TestToken projected(String namespace) {
        return API_SERVER
                .token()
                .claim("iss", "https://kubernetes.default.svc.cluster.local")
                .claim("sub", "system:serviceaccount:%s:charger".formatted(namespace))
                .claim("aud", List.of("front-door"))
                .claim(
                        "kubernetes.io",
                        Map.of(
                                "namespace",
                                namespace,
                                "node",
                                Map.of("name", "node-7", "uid", "1c"),
                                "pod",
                                Map.of("name", "charger-5d9f-x2x1", "uid", "1a"),
                                "serviceaccount",
                                Map.of("name", "charger", "uid", "1b"),
                                "warnafter",
                                4_000_000_000L));
    }
}
