package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.SecretDirectory;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;
import dev.frontdoor.test.server.TestAuthority;
import dev.frontdoor.test.server.TestAuthority.Request;
import dev.frontdoor.test.server.TestCertificate;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** {@code examples/Worker.java} proves who it is, in each way. */
@FrontDoorTest({
    "server.ssl.bundle=workers",
    "server.ssl.client-auth=want",
    "management.server.ssl.enabled=false",
    "frontdoor.auth.tokens.team=the-token",
    "frontdoor.auth.certificates.name-from=subject"
})
class ExampleWorkerIntegrationTests {

    private static final TestAuthority AUTHORITY = TestAuthority.create("authority");
    private static final SecretDirectory SECRET = SecretDirectory.create();
    private static final String BUNDLE = "spring.ssl.bundle.pem.workers.";

    private final ServerUnderTest server;
    private final ScriptedNotifier notifier;
    private final Workers workers;

    @TempDir Path folder;

    ExampleWorkerIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier,
            Workers workers) {
        this.server = server;
        this.notifier = notifier;
        this.workers = workers;
    }

    @DynamicPropertySource
    static void files(DynamicPropertyRegistry settings) {
        TestCertificate own = AUTHORITY.server();
        SECRET.putAll(
                Map.of(
                        "tls.key", own.keyPem(),
                        "tls.crt", own.chainPem(),
                        "ca.crt", AUTHORITY.pem()));
        settings.add(BUNDLE + "keystore.certificate", () -> "file:" + file("tls.crt"));
        settings.add(BUNDLE + "keystore.private-key", () -> "file:" + file("tls.key"));
        settings.add(BUNDLE + "truststore.certificate", () -> "file:" + file("ca.crt"));
    }

    private static String file(String name) {
        return SECRET.path().resolve(name).toString();
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void tokenIsSentOverTls() throws Exception {
        String token = Files.writeString(folder.resolve("token"), "the-token\n").toString();
        for (String[] options :
                new String[][] {
                    {"--token", "the-token"},
                    {"--token", "the-token", "--bearer"},
                    {"--token-file", token},
                    {"--token-file", token, "--bearer"}
                }) {
            assertThat(principalOf(List.of(), options).name()).isEqualTo("team");
        }
    }

    @Test
    void certificateIsSentFromPemFiles() throws Exception {
        TestCertificate own = AUTHORITY.issue(new Request("CN=charger"));
        Path certificate = Files.writeString(folder.resolve("tls.crt"), own.chainPem());
        Path key = Files.writeString(folder.resolve("tls.key"), own.keyPem());

        assertThat(
                        principalOf(
                                        List.of(),
                                        "--certificate",
                                        certificate.toString(),
                                        "--key",
                                        key.toString())
                                .name())
                .isEqualTo("charger");
    }

    @Test
    void certificateIsSentFromAKeyStoreThatTheJdkIsTold() throws Exception {
        TestCertificate own = AUTHORITY.issue(new Request("CN=storekeeper"));
        Path store = Files.write(folder.resolve("worker.p12"), own.store("PKCS12"));
        Path trusted =
                Files.write(
                        folder.resolve("trusted.p12"),
                        TestCertificate.trustStore("PKCS12", AUTHORITY.certificate()));

        List<String> properties =
                List.of(
                        "-Djavax.net.ssl.keyStore=" + store,
                        "-Djavax.net.ssl.keyStorePassword=" + TestCertificate.PASSWORD,
                        "-Djavax.net.ssl.trustStore=" + trusted,
                        "-Djavax.net.ssl.trustStorePassword=" + TestCertificate.PASSWORD);
        assertThat(principalOf(properties).name()).isEqualTo("storekeeper");
    }

    /** Starts a worker, and returns who it is once it registers. */
    private Principal principalOf(List<String> properties, String... options) throws Exception {
        String identity = server.newIdentity();
        AtomicReference<@Nullable Principal> seen = new AtomicReference<>();
        notifier.about(
                identity, (pid, _) -> seen.set(workers.connection(pid).orElseThrow().principal()));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(properties);
        command.add("examples/Worker.java");
        command.addAll(List.of("--url", "wss://localhost:%s/liminal".formatted(server.port())));
        command.addAll(List.of("--identity", identity));
        if (properties.isEmpty()) {
            command.addAll(List.of("--ca", file("ca.crt")));
        }
        command.addAll(List.of(options));
        try (WorkerProgram _ = WorkerProgram.run(command.toArray(String[]::new))) {
            ServerUnderTest.eventually(() -> assertThat(seen.get()).isNotNull());
        }
        return Objects.requireNonNull(seen.get());
    }
}
