package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.frontdoor.FrontDoorApplication;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The script of {@code helm test} registers at a real service. */
@SpringBootTest(
        classes = FrontDoorApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "frontdoor.limits.max-event-loop-lag=0s",
            "frontdoor.auth.tokens=0123456789abcdef"
        })
@Timeout(60)
class RegisterWorkerScriptIntegrationTests {

    private final int port;

    @TempDir Path folder;

    RegisterWorkerScriptIntegrationTests(@LocalServerPort int port) {
        this.port = port;
    }

    @Test
    void aWorkerWithAGoodTokenIsAccepted() throws Exception {
        assertThat(run("0123456789abcdef,another-token-of-some-length"))
                .contains("was accepted")
                .endsWith("0");
    }

    @Test
    void aWorkerWithABadTokenIsNot() throws Exception {
        assertThat(run("wrong-token-of-some-length")).contains("ConnectError 0x0006").endsWith("1");
    }

    /** The script's output, and then its exit status. */
    private String run(String tokens) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash here");
        Path output = folder.resolve("output");
        Path file = Files.writeString(folder.resolve("tokens"), tokens);
        ProcessBuilder script =
                new ProcessBuilder("/bin/bash", Chart.file("files/register-worker.sh").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        script.environment()
                .putAll(
                        Map.of(
                                "HOST", "localhost",
                                "PORT", String.valueOf(port),
                                "REQUEST_PATH", "/liminal",
                                "NAMESPACE", "default",
                                "TASK_QUEUE", "queue",
                                "ACTIVITY_TYPE", "dig",
                                "TOKENS_FILE", file.toString()));
        Process process = script.start();
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the script did not end: " + Files.readString(output));
        }
        return Files.readString(output) + process.exitValue();
    }
}
