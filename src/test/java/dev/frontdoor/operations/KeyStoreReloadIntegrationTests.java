package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestAuthority;
import dev.frontdoor.test.server.TestAuthority.Request;
import dev.frontdoor.test.server.TestCertificate;
import dev.frontdoor.test.server.TlsProbe;
import dev.frontdoor.test.server.WorkerTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/**
 * Key stores in files that are overwritten while the service runs: PKCS12 on the workers' port, JKS
 * on the TCP port, which needs certificates.
 */
@BothTransports
@FrontDoorTest({
    "server.ssl.bundle=p12",
    "server.ssl.client-auth=need",
    "frontdoor.tcp.ssl-bundle=jks",
    "frontdoor.tcp.client-auth=need",
    "management.server.ssl.enabled=false",
    "spring.ssl.bundle.jks.p12.reload-on-update=true",
    "spring.ssl.bundle.jks.jks.reload-on-update=true",
    "spring.ssl.bundle.watch.file.quiet-period=50ms",
    "frontdoor.auth.certificates.name-from=subject"
})
class KeyStoreReloadIntegrationTests {

    private static final TestAuthority CA = TestAuthority.create("authority");
    private static final Path DIRECTORY = newDirectory();

    private final ServerUnderTest server;

    KeyStoreReloadIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @DynamicPropertySource
    static void files(DynamicPropertyRegistry settings) throws IOException {
        for (WorkerTransport transport : WorkerTransport.values()) {
            Files.write(file(transport), CA.server().store(type(transport)));
            Path trusted = DIRECTORY.resolve("trusted." + bundle(transport));
            Files.write(trusted, TestCertificate.trustStore(type(transport), CA.certificate()));
            String bundle = "spring.ssl.bundle.jks." + bundle(transport) + ".";
            settings.add(bundle + "keystore.location", () -> file(transport).toString());
            settings.add(bundle + "keystore.type", () -> type(transport));
            settings.add(bundle + "keystore.password", () -> TestCertificate.PASSWORD);
            settings.add(bundle + "truststore.location", trusted::toString);
            settings.add(bundle + "truststore.type", () -> type(transport));
            settings.add(bundle + "truststore.password", () -> TestCertificate.PASSWORD);
        }
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void storeThatIsHalfWrittenIsNotServedUntilItIsWhole() throws Exception {
        X509Certificate before = served();
        TestCertificate renewed = CA.server();
        byte[] store = renewed.store(type(server.transport()));
        Files.write(file(server.transport()), Arrays.copyOf(store, store.length / 2));
        String bundle = bundle(server.transport());
        server.expectSum(1, "frontdoor.tls.update.refused", "bundle", bundle);
        assertThat(served()).isEqualTo(before);
        assertThat(server.ask("/actuator/health").status()).isEqualTo(503);
        assertThat(server.ask("/actuator/health/readiness").status()).isEqualTo(200);

        Files.write(file(server.transport()), store);
        ServerUnderTest.eventually(() -> assertThat(served()).isEqualTo(renewed.certificate()));
        server.expectSum(0, "frontdoor.tls.update.refused", "bundle", bundle);
        assertThat(server.ask("/actuator/health").status()).isEqualTo(200);
    }

    @Test
    void commonNameIsThePrincipal() throws Exception {
        try (TestWorker worker = connect(client("CN=alice,OU=billing"))) {
            String identity = server.newIdentity();
            assertThat(worker.register(TestWorker.registration(identity)))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
            assertThat(server.ask("/actuator/registrations").body())
                    .contains("\"principal\":\"alice\"");
        }
    }

    @Test
    void workerWithoutACertificateIsNotServed() {
        assertThatExceptionOfType(Throwable.class)
                .isThrownBy(() -> {
                    try (TestWorker worker =
                            server.worker()
                                    .socketFactory(
                                            TestCertificate.socketsTrusting(CA.certificate()))
                                    .connect()) {
                        worker.register(TestWorker.registration(server.newIdentity()));
                    }
                });
    }

    private TestWorker connect(TestCertificate certificate) throws IOException {
        return server.worker().socketFactory(certificate.clientSockets(CA.certificate())).connect();
    }

    private X509Certificate served() throws IOException {
        return TlsProbe.certificateAt(server.port(), client("CN=probe"), CA.certificate());
    }

    private static TestCertificate client(String subject) {
        return CA.issue(new Request(subject));
    }

    private static Path file(WorkerTransport transport) {
        return DIRECTORY.resolve("keys." + bundle(transport));
    }

    private static String bundle(WorkerTransport transport) {
        return transport == WorkerTransport.WEBSOCKET ? "p12" : "jks";
    }

    private static String type(WorkerTransport transport) {
        return transport == WorkerTransport.WEBSOCKET ? "PKCS12" : "JKS";
    }

    private static Path newDirectory() {
        try {
            Path directory = Files.createTempDirectory("stores");
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
