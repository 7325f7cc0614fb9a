package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.SecretDirectory;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestAuthority;
import dev.frontdoor.test.server.TestAuthority.Request;
import dev.frontdoor.test.server.TestCertificate;
import dev.frontdoor.test.server.TlsProbe;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** A mounted Secret with a certificate that changes while the service runs. */
@BothTransports
@FrontDoorTest({
    "server.ssl.bundle=workers",
    "frontdoor.tcp.ssl-bundle=workers",
    "management.server.ssl.enabled=false",
    "spring.ssl.bundle.pem.workers.reload-on-update=true",
    "spring.ssl.bundle.watch.file.quiet-period=50ms"
})
@ExtendWith(LoggedOutputExtension.class)
class TlsReloadIntegrationTests {

    private static final String BUNDLE = "spring.ssl.bundle.pem.workers.keystore.";
    private static final TestAuthority CA = TestAuthority.create("authority");
    private static final SecretDirectory SECRET = SecretDirectory.create();

    private final ServerUnderTest server;
    private final TestCertificate good = CA.server();

    TlsReloadIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @DynamicPropertySource
    static void files(DynamicPropertyRegistry settings) {
        mount(CA.server());
        settings.add(BUNDLE + "certificate", () -> SECRET.path().resolve("tls.crt").toString());
        settings.add(BUNDLE + "private-key", () -> SECRET.path().resolve("tls.key").toString());
    }

    @BeforeEach
    void serveAGoodCertificate() {
        mount(good);
        expectServed(good);
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void swappedSecretIsServedToNewConnectionsAndOpenOnesStay() throws Exception {
        try (TestWorker before = connect()) {
            TestCertificate renewed = CA.server();
            mount(renewed);
            expectServed(renewed);
            assertThat(before.register(TestWorker.registration(server.newIdentity())))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
            try (TestWorker after = connect()) {
                assertThat(after.register(TestWorker.registration(server.newIdentity())))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
            }
        }
    }

    @Test
    void clientThatNamesAHostGetsTheRenewedCertificateToo() throws Exception {
        assertThat(TlsProbe.certificateAt(server.port(), "front.example.com", CA.certificate()))
                .isEqualTo(good.certificate());
        TestCertificate renewed = CA.server();
        mount(renewed);
        ServerUnderTest.eventually(() ->
                assertThat(
                                TlsProbe.certificateAt(
                                        server.port(), "front.example.com", CA.certificate()))
                        .isEqualTo(renewed.certificate()));
    }

    @Test
    void keyWithoutItsCertificateIsNotServedUntilTheCertificateArrives(CapturedOutput output)
            throws Exception {
        TestCertificate renewed = CA.server();
        SECRET.put("tls.key", renewed.keyPem());
        expectRefused(output, "the private key does not belong to the certificate");
        expectServed(good);

        SECRET.put("tls.crt", renewed.chainPem());
        expectServed(renewed);
        expectHealthy();
    }

    @Test
    void certificateThatEndsHalfWayIsNotServed(CapturedOutput output) throws Exception {
        TestCertificate renewed = CA.server();
        String chain = renewed.chainPem();
        SECRET.putAll(
                Map.of(
                        "tls.key", renewed.keyPem(), //
                        "tls.crt", chain.substring(0, chain.length() - 100)));
        expectRefused(output, "is incomplete");
        expectServed(good);

        SECRET.put("tls.crt", chain);
        expectServed(renewed);
        expectHealthy();
    }

    @Test
    void fileThatIsEmptyIsNotServed(CapturedOutput output) throws Exception {
        SECRET.put("tls.crt", "");
        expectRefused(output, "tls.crt");
        expectServed(good);
        mount(good);
        expectHealthy();
    }

    @Test
    void expiredCertificateIsNotServed(CapturedOutput output) throws Exception {
        Instant expired = Instant.now().minus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);
        mount(CA.issue(new Request("CN=localhost").until(expired)));
        expectRefused(output, "expired at " + expired);
        expectServed(good);
        mount(good);
        expectHealthy();
    }

    @Test
    void certificateThatIsNotValidYetIsServedOnceItIs(CapturedOutput output) throws Exception {
        Instant soon = Instant.now().plus(Duration.ofSeconds(5)).truncatedTo(ChronoUnit.SECONDS);
        TestCertificate early = CA.issue(new Request("CN=localhost").from(soon));
        mount(early);
        expectRefused(output, "is not valid before " + soon);
        expectServed(early);
        expectHealthy();
    }

    @Test
    void meterShowsWhenTheServedCertificateExpires() {
        Instant until = Instant.now().plus(Duration.ofDays(30)).truncatedTo(ChronoUnit.SECONDS);
        mount(CA.issue(new Request("CN=localhost").until(until)));
        server.expectSum(
                (double) until.getEpochSecond(),
                "frontdoor.tls.certificate.expiry",
                "bundle",
                "workers");
    }

    @Test
    void certificateThatExpiresSoonIsServedWithAWarning(CapturedOutput output) {
        TestCertificate old =
                CA.issue(
                        new Request("CN=localhost").until(Instant.now().plus(Duration.ofDays(13))));
        mount(old);
        expectServed(old);
        await().atMost(ServerUnderTest.MAX_WAIT)
                .until(() -> output.toString().contains("expires in 12 days"));
    }

    /** The service says that it does not serve what is mounted, and stays ready. */
    private void expectRefused(CapturedOutput output, String why) throws Exception {
        ServerUnderTest.eventually(() -> {
            assertThat(server.ask("/actuator/health").status()).isEqualTo(503);
            assertThat(server.ask("/actuator/health").body())
                    .contains("\"ssl\"", "\"workers\"", why);
        });
        server.expectSum(1, "frontdoor.tls.update.refused", "bundle", "workers");
        assertThat(server.ask("/actuator/health/readiness").status()).isEqualTo(200);
        assertThat(server.ask("/actuator/health/liveness").status()).isEqualTo(200);
        assertThat(output.toString())
                .containsOnlyOnce(why)
                .contains("WARN")
                .contains("SSL bundle 'workers'");
    }

    private void expectHealthy() {
        ServerUnderTest.eventually(
                () -> assertThat(server.ask("/actuator/health").status()).isEqualTo(200));
        server.expectSum(0, "frontdoor.tls.update.refused", "bundle", "workers");
    }

    private void expectServed(TestCertificate expected) {
        ServerUnderTest.eventually(() ->
                assertThat(TlsProbe.certificateAt(server.port(), CA.certificate()))
                        .isEqualTo(expected.certificate()));
    }

    private TestWorker connect() throws Exception {
        return server.worker()
                .socketFactory(TestCertificate.socketsTrusting(CA.certificate()))
                .connect();
    }

    private static void mount(TestCertificate certificate) {
        SECRET.putAll(Map.of("tls.key", certificate.keyPem(), "tls.crt", certificate.chainPem()));
    }
}
