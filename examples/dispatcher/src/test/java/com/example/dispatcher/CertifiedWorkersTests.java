package com.example.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.test.FrontDoorExtension;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.TestWorkerBuilder;
import dev.frontdoor.test.UpgradeRefusedException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Workers prove who they are by certificates, and get tasks. The key stores come from the JDK's
 * keytool. Each certificate is its own authority here, so the trust store holds both.
 */
class CertifiedWorkersTests {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String PASSWORD = "changeit";
    private static final Path FOLDER = keyStores();

    @RegisterExtension static final FrontDoorExtension frontDoor = extension();

    private static FrontDoorExtension extension() {
        FrontDoorExtension extension =
                FrontDoorExtension.with(DispatcherConfiguration.class)
                        .property("server.ssl.bundle", "server")
                        .property("server.ssl.client-auth", "need")
                        .property("management.server.ssl.enabled", "false")
                        .property("frontdoor.auth.certificates.name-from", "subject")
                        .property("frontdoor.auth.certificates.principals[0].name", "charger")
                        .property("frontdoor.registrations.decision-timeout", "60s")
                        .property("frontdoor.notifiers.timeout", "30s");
        for (String name : List.of("server", "charger", "stranger")) {
            String bundle = "spring.ssl.bundle.jks." + name + ".";
            extension
                    .property(bundle + "keystore.location", "file:" + store(name))
                    .property(bundle + "keystore.password", PASSWORD)
                    .property(bundle + "truststore.location", "file:" + store("trust"))
                    .property(bundle + "truststore.password", PASSWORD);
        }
        return extension;
    }

    @Test
    void workerWithACertificateGetsTasks() throws Exception {
        AuthenticatedWorkersTests.expectTask(frontDoor, workerOf("charger"));
    }

    @Test
    void certificateTellsWhoTheWorkerIs() throws Exception {
        try (TestWorker worker = workerOf("charger").connect()) {
            worker.register(TestWorker.registration("any"));
            Workers workers = frontDoor.bean(Workers.class);
            long pid = workers.list(WorkerFilter.identity("any")).getFirst().pid();

            assertEquals("charger", workers.connection(pid).orElseThrow().principal().name());
        }
    }

    @Test
    void workerThatNoEntryNamesIsRefused() {
        UpgradeRefusedException refusal =
                assertThrows(UpgradeRefusedException.class, () -> workerOf("stranger").connect());
        assertEquals(401, refusal.status());
    }

    private static TestWorkerBuilder workerOf(String bundle) throws Exception {
        return TestWorker.to(frontDoor.url())
                .timeout(LIMIT)
                .socketFactory(frontDoor.sockets(bundle));
    }

    private static Path keyStores() {
        try {
            Path folder = Files.createTempDirectory("certificates");
            for (String name : List.of("server", "charger", "stranger")) {
                String store = folder.resolve(name + ".p12").toString();
                String certificate = folder.resolve(name + ".crt").toString();
                String subject = name.equals("server") ? "CN=localhost" : "CN=" + name;
                keytool(
                        store,
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        subject,
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1");
                keytool(store, "-exportcert", "-alias", name, "-file", certificate);
                keytool(
                        folder.resolve("trust.p12").toString(),
                        "-importcert",
                        "-noprompt",
                        "-alias",
                        name,
                        "-file",
                        certificate);
            }
            return folder;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void keytool(String store, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store, "-storepass", PASSWORD));
        Process keytool = new ProcessBuilder(command).inheritIO().start();
        if (!keytool.waitFor(1, TimeUnit.MINUTES) || keytool.exitValue() != 0) {
            throw new IllegalStateException("keytool failed: " + List.of(arguments));
        }
    }

    private static Path store(String name) {
        return FOLDER.resolve(name + ".p12");
    }
}
