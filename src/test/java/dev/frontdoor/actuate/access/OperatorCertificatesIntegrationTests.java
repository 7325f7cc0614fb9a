package dev.frontdoor.actuate.access;

import static dev.frontdoor.actuate.access.OperatorRequest.bearer;
import static dev.frontdoor.actuate.access.OperatorRequest.json;
import static dev.frontdoor.actuate.access.OperatorRequest.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.SecretDirectory;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestAuthority;
import dev.frontdoor.test.server.TestAuthority.Request;
import dev.frontdoor.test.server.TestCertificate;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import java.io.IOException;
import java.util.Map;

import javax.net.ssl.SSLSocketFactory;

/** Operators who prove by a client certificate who they are. */
@OpenServerTest
@TestPropertySource(
        properties = {
            "management.server.ssl.bundle=management",
            "management.server.ssl.client-auth=want",
            "spring.ssl.bundle.pem.management.reload-on-update=true",
            "spring.ssl.bundle.watch.file.quiet-period=50ms",
            "frontdoor.management.auth.certificate-name=subject",
            "frontdoor.management.auth.view.certificates=*-dashboard",
            "frontdoor.management.auth.operate.certificates=deploy-*",
            "frontdoor.management.auth.view.tokens.reader=view-1"
        })
class OperatorCertificatesIntegrationTests {

    private static final String BUNDLE = "spring.ssl.bundle.pem.management.";
    private static final TestAuthority SERVERS = TestAuthority.create("servers");
    private static final TestAuthority OPERATORS = TestAuthority.create("operators");
    private static final SecretDirectory SECRET = SecretDirectory.create();

    private final ServerUnderTest server;

    OperatorCertificatesIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @DynamicPropertySource
    static void files(DynamicPropertyRegistry settings) {
        TestCertificate own = SERVERS.server();
        SECRET.putAll(
                Map.of(
                        "tls.key", own.keyPem(),
                        "tls.crt", own.chainPem(),
                        "ca.crt", OPERATORS.pem()));
        settings.add(BUNDLE + "keystore.certificate", () -> file("tls.crt"));
        settings.add(BUNDLE + "keystore.private-key", () -> file("tls.key"));
        settings.add(BUNDLE + "truststore.certificate", () -> file("ca.crt"));
    }

    @Test
    void nameInTheCertificateGivesTheRole() throws Exception {
        HttpResponse who = send(certificate("deploy-eu"), "GET /actuator/operator");

        assertThat(json(who).required("name").stringValue()).isEqualTo("deploy-eu");
        assertThat(json(who).required("proof").stringValue()).isEqualTo("certificate");
        assertThat(json(who).required("roles").toString()).isEqualTo("[\"view\",\"operate\"]");
        assertThat(send(certificate("deploy-eu"), "DELETE /actuator/drain").status())
                .isEqualTo(200);
        assertThat(send(certificate("eu-dashboard"), "GET /actuator/drain").status())
                .isEqualTo(200);
        assertThat(send(certificate("eu-dashboard"), "DELETE /actuator/drain").status())
                .isEqualTo(403);
    }

    @Test
    void certificateWithoutARoleIsKnownAndMayNothing() throws Exception {
        HttpResponse response = send(certificate("stranger"), "GET /actuator/drain");

        assertThat(response.status()).isEqualTo(403);
        assertThat(message(response)).contains("operator 'stranger' has no role");
        assertThat(send(certificate("stranger"), "GET /actuator/health/liveness").status())
                .isEqualTo(200);
    }

    @Test
    void tokenDecidesBeforeTheCertificate() throws Exception {
        SSLSocketFactory deployer = certificate("deploy-eu");

        assertThat(json(send(deployer, "GET /actuator/operator", bearer("view-1"))).toString())
                .contains("\"name\":\"reader\",\"proof\":\"token\",\"roles\":[\"view\"]");
        assertThat(send(deployer, "GET /actuator/drain", bearer("wrong")).status()).isEqualTo(401);
    }

    @Test
    void withoutACertificateATokenIsNeededAndProbesAreOpen() throws Exception {
        SSLSocketFactory none = TestCertificate.socketsTrusting(SERVERS.certificate());

        assertThat(send(none, "GET /actuator/drain").status()).isEqualTo(401);
        assertThat(send(none, "GET /actuator/drain", bearer("view-1")).status()).isEqualTo(200);
        assertThat(send(none, "GET /actuator/health/readiness").status()).isEqualTo(200);
    }

    @Test
    void certificateOfAnotherAuthorityIsRefusedByTls() {
        // A client shows a certificate only if the port names its authority.
        SSLSocketFactory foreign =
                TestAuthority.create("operators")
                        .issue(new Request("CN=deploy-eu"))
                        .clientSockets(SERVERS.certificate());

        assertThatIOException().isThrownBy(() -> send(foreign, "GET /actuator/health"));
    }

    @Test
    void renewedCertificateOfThePortIsUsedWithoutARestart() throws Exception {
        TestAuthority renewed = TestAuthority.create("renewed");
        TestCertificate next = renewed.server();
        SECRET.putAll(Map.of("tls.key", next.keyPem(), "tls.crt", next.chainPem()));
        SSLSocketFactory sockets = TestCertificate.socketsTrusting(renewed.certificate());
        try {
            expectServed(sockets);
        } finally {
            TestCertificate own = SERVERS.server();
            SECRET.putAll(Map.of("tls.key", own.keyPem(), "tls.crt", own.chainPem()));
            SSLSocketFactory before = TestCertificate.socketsTrusting(SERVERS.certificate());
            expectServed(before);
        }
    }

    /** Until the port has read its certificate, the client does not trust it. */
    private void expectServed(SSLSocketFactory sockets) {
        ServerUnderTest.eventually(() ->
                assertThatCode(() -> send(sockets, "GET /actuator/health/liveness"))
                        .doesNotThrowAnyException());
    }

    private static String file(String name) {
        return SECRET.path().resolve(name).toString();
    }

    private static SSLSocketFactory certificate(String name) {
        return OPERATORS.issue(new Request("CN=" + name)).clientSockets(SERVERS.certificate());
    }

    private HttpResponse send(SSLSocketFactory sockets, String request, String... headers)
            throws IOException {
        String[] sent = headers.length == 0 ? new String[] {"Accept: */*"} : headers;
        return OperatorRequest.send(server.operators(sockets), request, sent);
    }
}
