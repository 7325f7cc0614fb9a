package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.UpgradeRefusedException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** A service whose management port belongs to another process. */
class OccupiedPortIntegrationTests {

    @TempDir Path directory;

    @Test
    void processEndsWithoutHavingLetAWorkerIn() throws Exception {
        int workersPort = freePort();
        try (ServerSocket occupied = new ServerSocket(0);
                ServiceProcess service =
                        ServiceProcess.in(directory)
                                .launch(
                                        "--server.port=" + workersPort,
                                        "--management.server.port=" + occupied.getLocalPort())) {
            while (service.isAlive()) {
                expectRefusal(workersPort);
            }
            assertThat(service.awaitExit(ServiceProcess.MAX_WAIT)).isEqualTo(1);
            assertThat(service.log())
                    .contains(
                            "APPLICATION FAILED TO START",
                            "Port %d was already in use".formatted(occupied.getLocalPort()));
        }
    }

    private static void expectRefusal(int port) {
        try (TestWorker _ =
                TestWorker.to(URI.create("ws://localhost:%d/liminal".formatted(port)))
                        .timeout(Duration.ofSeconds(60))
                        .connect()) {
            throw new AssertionError("a worker was let in");
        } catch (UpgradeRefusedException refusal) {
            assertThat(refusal.status()).isEqualTo(503);
            assertThat(refusal.header("Retry-After")).containsExactly("1");
        } catch (IOException e) {
            assertThat(e).as("no listener yet, or no longer").isNotNull();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
