package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.ServerSocket;
import java.nio.file.Path;

/** A service whose management port belongs to another process. */
class OccupiedPortIntegrationTests {

    @TempDir Path directory;

    @Test
    void processEndsAndNamesThePort() throws Exception {
        try (ServerSocket occupied = new ServerSocket(0)) {
            String log =
                    ServiceProcess.in(directory)
                            .fail("--management.server.port=" + occupied.getLocalPort());

            assertThat(log)
                    .contains(
                            "APPLICATION FAILED TO START",
                            "Port %s was already in use".formatted(occupied.getLocalPort()));
        }
    }
}
