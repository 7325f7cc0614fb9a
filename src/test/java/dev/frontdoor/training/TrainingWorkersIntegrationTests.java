package dev.frontdoor.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.FrontDoorExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.Bean;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** The workers that train the AOT cache of the image, with a real service. */
class TrainingWorkersIntegrationTests {

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final FrontDoorExtension frontDoor = FrontDoorExtension.with(Application.class);

    private final Seen seen = frontDoor.bean(Seen.class);

    @Test
    void allRegisterAndAllLeave() throws Exception {
        TrainingWorkers.run(frontDoor.url(), 101);

        assertThat(seen.registered)
                .hasSize(101)
                .contains("training-0", "training-1", "training-100");
        await().atMost(MAX_WAIT).untilAsserted(() -> assertThat(seen.pids).isEmpty());
    }

    @Test
    void rejectedWorkerFailsTheTraining() {
        seen.rejects = true;
        try {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> TrainingWorkers.run(frontDoor.url(), 1))
                    .withMessageContaining("training-0 was rejected: not today");
        } finally {
            seen.rejects = false;
        }
    }

    @Test
    void serviceThatVanishesFailsTheTraining() throws Exception {
        try (ServerSocket vanishing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> acceptAndClose(vanishing));

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> TrainingWorkers.run(url(vanishing), 1));
        }
    }

    @Test
    void serviceThatNeverAnswersFailsItsWorker() throws Exception {
        TrainingWorker worker = new TrainingWorker("training-0", Duration.ofSeconds(1));
        try (ServerSocket stalled = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpClient client = HttpClient.newHttpClient()) {
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> worker.run(client, url(stalled), false));
            client.shutdownNow();
        }
    }

    /** Until the server is closed; the client connects again by itself. */
    private static void acceptAndClose(ServerSocket server) {
        try {
            while (!server.isClosed()) {
                server.accept().close();
            }
        } catch (IOException e) {
            // The test has closed the server, and ends by what its worker has seen.
        }
    }

    private static URI url(ServerSocket server) {
        return URI.create("ws://localhost:%s/liminal".formatted(server.getLocalPort()));
    }

    static final class Application {

        @Bean
        Seen seen() {
            return new Seen();
        }
    }

    static final class Seen implements ConnectionNotifier {

        final Set<String> registered = ConcurrentHashMap.newKeySet();
        final Set<Long> pids = ConcurrentHashMap.newKeySet();
        volatile boolean rejects;

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            if (rejects) {
                throw new RegistrationRejectedException("not today");
            }
            registered.add(registration.identity());
            pids.add(pid);
        }

        @Override
        public void onWorkerUnregistered(long pid) {
            pids.remove(pid);
        }
    }
}
