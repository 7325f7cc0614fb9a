package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.Principal.Kind;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.UpgradeRefusedException;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.SecretDirectory;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;
import dev.frontdoor.test.server.TestAuthority;
import dev.frontdoor.test.server.TestAuthority.Request;
import dev.frontdoor.test.server.TestCertificate;
import dev.frontdoor.test.server.WorkerTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import javax.net.ssl.SSLSocketFactory;

/** Workers that prove by a certificate who they are, on ports that ask for one. */
@BothTransports
@FrontDoorTest({
    "server.ssl.bundle=workers",
    "server.ssl.client-auth=want",
    "frontdoor.tcp.ssl-bundle=workers",
    "frontdoor.tcp.client-auth=want",
    "management.server.ssl.enabled=false",
    "spring.ssl.bundle.pem.workers.reload-on-update=true",
    "spring.ssl.bundle.watch.file.quiet-period=50ms",
    "frontdoor.auth.tokens.fixed=the-token",
    "frontdoor.auth.certificates.name-from=san-uri",
    "frontdoor.auth.certificates.principals[0].name=spiffe://test/billing/*",
    "frontdoor.auth.certificates.principals[0].namespaces=billing-*",
    "frontdoor.auth.certificates.principals[1].name=spiffe://test/all/*"
})
@ExtendWith(LoggedOutputExtension.class)
class CertificatePrincipalsIntegrationTests {

    private static final String BUNDLE = "spring.ssl.bundle.pem.workers.";
    private static final TestAuthority SERVERS = TestAuthority.create("servers");
    private static final TestAuthority WORKERS = TestAuthority.create("workers");
    private static final SecretDirectory SECRET = SecretDirectory.create();
    private static final Bytes EMPTY = Bytes.copyOf(new byte[0]);

    private final ServerUnderTest server;
    private final ScriptedNotifier notifier;
    private final Workers workers;

    CertificatePrincipalsIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier,
            Workers workers) {
        this.server = server;
        this.notifier = notifier;
        this.workers = workers;
    }

    @DynamicPropertySource
    static void files(DynamicPropertyRegistry settings) {
        TestCertificate own = SERVERS.server();
        SECRET.putAll(
                Map.of(
                        "tls.key", own.keyPem(),
                        "tls.crt", own.chainPem(),
                        "ca.crt", WORKERS.pem()));
        settings.add(BUNDLE + "keystore.certificate", () -> file("tls.crt"));
        settings.add(BUNDLE + "keystore.private-key", () -> file("tls.key"));
        settings.add(BUNDLE + "truststore.certificate", () -> file("ca.crt"));
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void certificateNamesThePrincipalAndConnectMayBeLeftOut() throws Exception {
        TestCertificate certificate =
                WORKERS.issue(new Request("CN=ignored").uri("spiffe://test/all/alice"));
        String identity = server.newIdentity();
        double accepted = certificates("accepted");
        try (TestWorker worker = connect(certificate)) {
            assertThat(worker.register(TestWorker.registration(identity)))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
            Principal principal = principalOf(identity);
            assertThat(principal.name()).isEqualTo("spiffe://test/all/alice");
            assertThat(principal.kind()).isEqualTo(Kind.CERTIFICATE);
            assertThat(principal.expiresAt())
                    .isEqualTo(certificate.certificate().getNotAfter().toInstant());
            assertThat(server.read("/actuator/registrations/" + notifier.pidOf(identity)))
                    .asString()
                    .contains("spiffe://test/all/alice");
        }
        assertThat(certificates("accepted")).isEqualTo(accepted + 1);
    }

    @Test
    void connectNeedsNoTokenBesideACertificateAndAWrongOneIsIgnored() throws Exception {
        for (Bytes token : List.of(EMPTY, bytes("wrong"))) {
            try (TestWorker worker = connect(named("spiffe://test/all/bob"))) {
                worker.send(connect(token));
                worker.expect(ConnectAck.class);
                worker.register(TestWorker.registration(server.newIdentity()));
            }
        }
    }

    @Test
    void registrationBeyondTheGrantsOfItsPrincipalIsRejected() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = connect(named("spiffe://test/billing/1"))) {
            worker.send(new WorkerRegister(0, inNamespace("shipping", identity)));
            worker.expectRejected(
                    "namespace \"shipping\" is not granted to principal"
                            + " \"spiffe://test/billing/1\"");
            assertThat(worker.register(inNamespace("billing-eu", identity)))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
        }
    }

    @Test
    void nameThatNobodyMayHaveIsRefused(CapturedOutput output) throws Exception {
        expectRefused(
                named("spiffe://test/other"),
                output,
                "its name 'spiffe://test/other' is none of frontdoor.auth.certificates.principals");
    }

    @Test
    void certificateWithoutASuitableNameIsRefused(CapturedOutput output) throws Exception {
        expectRefused(
                WORKERS.issue(new Request("CN=alice").dns("alice.test")),
                output,
                "it has no URIs in its subject alternative names; exactly one is needed");
    }

    @Test
    void certificateWithTwoNamesIsRefused(CapturedOutput output) throws Exception {
        expectRefused(
                WORKERS.issue(
                        new Request("CN=alice")
                                .uri("spiffe://test/all/a")
                                .uri("spiffe://test/all/b")),
                output,
                "it has 2 URIs in its subject alternative names; exactly one is needed");
    }

    @Test
    void workerWithoutACertificateNeedsAToken() throws Exception {
        SSLSocketFactory sockets = TestCertificate.socketsTrusting(SERVERS.certificate());
        try (TestWorker worker = server.worker().socketFactory(sockets).connect()) {
            worker.send(connect(EMPTY));
            assertThat(worker.expect(ConnectError.class).reasonCode()).isEqualTo(6);
        }
        String identity = server.newIdentity();
        try (TestWorker worker =
                server.worker().socketFactory(sockets).token("the-token").connect()) {
            worker.register(TestWorker.registration(identity));
            assertThat(principalOf(identity).name()).isEqualTo("fixed");
        }
    }

    @Test
    void headersOfAProxyProveNothing() throws Exception {
        if (server.transport() == WorkerTransport.TCP) {
            return; // there are no headers
        }
        try (TestWorker worker =
                server.worker()
                        .socketFactory(TestCertificate.socketsTrusting(SERVERS.certificate()))
                        .header("X-Forwarded-Client-Cert", "URI=spiffe://test/all/alice")
                        .header("Client-Cert", ":AAAA:")
                        .connect()) {
            worker.send(new WorkerRegister(0, TestWorker.registration(server.newIdentity())));
            worker.expectClose(1008);
        }
    }

    @Test
    void certificateOfAnotherAuthorityIsNotServedAndTheLogSaysSo(CapturedOutput output)
            throws Exception {
        TestAuthority foreign = TestAuthority.create("workers");
        expectNotServed(
                new CountingKeys(foreign.issue(new Request("CN=x").uri("spiffe://test/all/x")))
                        .clientSockets(SERVERS.certificate()));
        ServerUnderTest.eventually(() ->
                assertThat(output.toString())
                        .containsPattern("the TLS handshake of 127.0.0.1:\\d+ failed: .*PKIX"));
    }

    @Test
    void resumedSessionHasThePrincipalOfItsCertificate() throws Exception {
        CountingKeys keys = new CountingKeys(named("spiffe://test/all/carol"));
        SSLSocketFactory sockets = keys.clientSockets(SERVERS.certificate());
        for (int i = 0; i < 3; i++) {
            String identity = server.newIdentity();
            try (TestWorker worker = server.worker().socketFactory(sockets).connect()) {
                worker.register(TestWorker.registration(identity));
                assertThat(principalOf(identity).name()).isEqualTo("spiffe://test/all/carol");
            }
        }
        assertThat(keys.timesUsed()).as("full handshakes").isEqualTo(1);
    }

    @Test
    void connectionEndsWithItsCertificate() throws Exception {
        TestWorker[] connected = new TestWorker[1];
        // A busy machine may take longer to connect than the certificate holds.
        ServerUnderTest.eventually(() -> connected[0] = connect(namedFor(Duration.ofSeconds(8))));
        try (TestWorker worker = connected[0]) {
            worker.register(TestWorker.registration(server.newIdentity()));
            if (server.transport() == WorkerTransport.WEBSOCKET) {
                worker.expectClose(4014);
            } else {
                assertThat(worker.expect(ConnectError.class).message()).contains("has expired");
                worker.expectEnd();
            }
        }
    }

    @Test
    void authorityThatIsRemovedIsNotTrustedByNewConnectionsAndOpenOnesStay() throws Exception {
        TestAuthority next = TestAuthority.create("next");
        SSLSocketFactory old =
                new CountingKeys(named("spiffe://test/all/old"))
                        .clientSockets(SERVERS.certificate());
        TestCertificate renewed = next.issue(new Request("CN=x").uri("spiffe://test/all/new"));
        String identity = server.newIdentity();
        try (TestWorker before = server.worker().socketFactory(old).connect()) {
            before.register(TestWorker.registration(identity));
            SECRET.put("ca.crt", next.pem());
            expectServed(renewed);

            // Its session is kept by the client, and not resumed by the service.
            expectNotServed(old);
            assertThat(before.register(TestWorker.registration(identity)))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
        } finally {
            SECRET.put("ca.crt", WORKERS.pem());
            expectServed(named("spiffe://test/all/x"));
        }
    }

    /** Waits until a certificate is accepted in place of a token. */
    private void expectServed(TestCertificate certificate) {
        ServerUnderTest.eventually(() -> {
            try (TestWorker worker = connect(certificate)) {
                worker.register(TestWorker.registration(server.newIdentity()));
            }
        });
    }

    private void expectNotServed(SSLSocketFactory sockets) {
        double registrations = server.sum("frontdoor.frames.received", "type", "worker_register");
        assertThatExceptionOfType(Throwable.class)
                .isThrownBy(() -> {
                    try (TestWorker worker = server.worker().socketFactory(sockets).connect()) {
                        worker.register(TestWorker.registration(server.newIdentity()));
                    }
                });
        assertThat(server.sum("frontdoor.frames.received", "type", "worker_register"))
                .isEqualTo(registrations);
    }

    private void expectRefused(TestCertificate certificate, CapturedOutput output, String why)
            throws Exception {
        double refused = server.notTaken("bad_certificate");
        if (server.transport() == WorkerTransport.WEBSOCKET) {
            assertThatExceptionOfType(UpgradeRefusedException.class)
                    .isThrownBy(() -> connect(certificate))
                    .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(401));
        } else {
            try (TestWorker worker = connect(certificate)) {
                ConnectError error = worker.expect(ConnectError.class);
                assertThat(error.reasonCode()).isEqualTo(6);
                assertThat(error.message()).isEqualTo("the certificate is not accepted");
                worker.expectEnd();
            }
        }
        ServerUnderTest.eventually(() -> {
            assertThat(server.notTaken("bad_certificate")).isEqualTo(refused + 1);
            assertThat(output.toString()).contains("the certificate is not accepted: " + why);
        });
    }

    private TestWorker connect(TestCertificate certificate) throws IOException {
        return server.worker()
                .socketFactory(certificate.clientSockets(SERVERS.certificate()))
                .connect();
    }

    private static TestCertificate named(String uri) {
        return WORKERS.issue(new Request("CN=worker").uri(uri));
    }

    private static TestCertificate namedFor(Duration validity) {
        return WORKERS.issue(
                new Request("CN=worker")
                        .uri("spiffe://test/all/short")
                        .until(Instant.now().plus(validity).truncatedTo(ChronoUnit.SECONDS)));
    }

    private static WorkerRegistration inNamespace(String namespace, String identity) {
        WorkerRegistration any = TestWorker.registration(identity);
        return new WorkerRegistration(
                List.of(namespace),
                any.taskQueue(),
                any.node(),
                any.activityTypes(),
                any.identity(),
                any.activities());
    }

    private Principal principalOf(String identity) {
        return Objects.requireNonNull(
                workers.connection(notifier.pidOf(identity)).orElseThrow().principal());
    }

    private double certificates(String outcome) {
        return server.sum("frontdoor.authentications", "method", "certificate", "outcome", outcome);
    }

    private static String file(String name) {
        return SECRET.path().resolve(name).toString();
    }

    private static Connect connect(Bytes token) {
        return new Connect(0, ProtocolVersion.V1_0, ProtocolVersion.V1_3, token);
    }

    private static Bytes bytes(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }
}
