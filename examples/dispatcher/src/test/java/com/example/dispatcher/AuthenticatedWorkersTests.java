package com.example.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.frontdoor.test.FrontDoorExtension;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.TestWorkerBuilder;
import dev.frontdoor.test.UpgradeRefusedException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Workers must prove who they are, and get tasks in whatever way they do. {@code JwtWorkersTests}
 * and {@code CertifiedWorkersTests} have the other ways.
 */
class AuthenticatedWorkersTests {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @RegisterExtension
    static final FrontDoorExtension frontDoor =
            FrontDoorExtension.with(DispatcherConfiguration.class)
                    .principals("charger")
                    .property("frontdoor.registrations.decision-timeout", "60s")
                    .property("frontdoor.notifiers.timeout", "30s");

    @TempDir Path folder;

    @Test
    void workerWithATokenInConnectGetsTasks() throws Exception {
        expectTask(frontDoor, builder().token(frontDoor.tokenOf("charger")));
    }

    @Test
    void workerWithATokenAtTheUpgradeGetsTasks() throws Exception {
        expectTask(frontDoor, builder().bearer(frontDoor.tokenOf("charger")));
    }

    @Test
    void workerWithATokenFileGetsTasks() throws Exception {
        Path file = folder.resolve("token");
        Files.writeString(file, frontDoor.tokenOf("charger") + "\n");
        expectTask(frontDoor, builder().tokenFile(file));
    }

    @Test
    void strangerIsRefused() {
        UpgradeRefusedException refusal =
                assertThrows(
                        UpgradeRefusedException.class, () -> builder().bearer("stolen").connect());
        assertEquals(401, refusal.status());
    }

    /** Expects that this worker is given a task and its reply arrives. */
    static void expectTask(FrontDoorExtension frontDoor, TestWorkerBuilder builder)
            throws Exception {
        try (TestWorker worker = builder.connect()) {
            worker.replyToPushes(payload -> "charged".getBytes(UTF_8));
            assertTrue(worker.register(Registrations.of("charger").build()).accepted());
            CompletableFuture<byte[]> result =
                    frontDoor
                            .bean(Dispatcher.class)
                            .submit("default", "echo", "order".getBytes(UTF_8), LIMIT)
                            .result();
            assertEquals("charged", new String(result.get(1, TimeUnit.MINUTES), UTF_8));
        }
    }

    private static TestWorkerBuilder builder() {
        return TestWorker.to(frontDoor.url()).timeout(LIMIT);
    }
}
