package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;

import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ServerUnderTest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A network that loses all its workers in one moment. */
@FrontDoorTest({"frontdoor.limits.max-connections=6000", "frontdoor.limits.connect-timeout=10m"})
class MassResetIntegrationTests {

    private static final int WANTED = 5_000;

    /** Files that others need: the JVM, the build, a few contexts. */
    private static final long RESERVE = 1_000;

    private static final Duration MAX_WAIT = Duration.ofMinutes(2);

    private final ServerUnderTest server;

    MassResetIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    /** Levels are the JVM's: the tests of other classes rely on the usual ones. */
    @BeforeAll
    static void sayLittle() {
        logOurs(LogLevel.WARN);
    }

    @AfterAll
    static void sayAsMuchAsBefore() {
        logOurs(null);
    }

    private static void logOurs(@Nullable LogLevel level) {
        LoggingSystem.get(MassResetIntegrationTests.class.getClassLoader())
                .setLogLevel("dev.frontdoor", level);
    }

    @Test
    void allAreUnregisteredAndEveryCountAgreesAtZero() throws Exception {
        int count = affordable();
        double broken = server.sum("frontdoor.connections.closed", "code", "1006");
        List<HttpSocket> workers = new ArrayList<>(count);
        try (TestWorker bystander = server.connect()) {
            for (int i = 0; i < count; i++) {
                workers.add(register(i));
            }
            for (HttpSocket worker : workers) {
                assertThat(worker.answerWithoutBody().status()).isEqualTo(101);
                assertThat(worker.message()).isEqualTo(WorkerRegisterAck.ACCEPTED);
            }
            assertThat(server.sum("frontdoor.connections", "state", "registered")).isEqualTo(count);
            assertThat(server.sum("frontdoor.notifier.held")).isEqualTo(2.0 * count);

            for (HttpSocket worker : workers) {
                worker.reset();
            }
            await().atMost(MAX_WAIT)
                    .until(() -> {
                        bystander.expectNothing();
                        return server.sum("frontdoor.connections.closed", "code", "1006")
                                == broken + count;
                    });
            await().atMost(MAX_WAIT)
                    .untilAsserted(
                            () -> assertThat(server.sum("frontdoor.notifier.held")).isZero());
        } finally {
            for (HttpSocket worker : workers) {
                worker.close();
            }
        }
        server.expectNobody();
        assertThat(server.read("/actuator/registrations").path("registered").asInt()).isZero();
    }

    private HttpSocket register(int index) throws IOException {
        return server.http()
                .send(
                        Requests.upgrade().toString().getBytes(StandardCharsets.ISO_8859_1),
                        WebSocketFrame.message(
                                new WorkerRegister(0, TestWorker.registration("worker-" + index))));
    }

    /** As many connections as are wanted, or as this process may have with both their ends. */
    private static int affordable() {
        int count = WANTED;
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean system) {
            long free =
                    system.getMaxFileDescriptorCount()
                            - system.getOpenFileDescriptorCount()
                            - RESERVE;
            count = (int) Math.min(WANTED, free / 2);
        }
        if (count < WANTED) {
            System.out.printf("%d connections instead of %d: too few files%n", count, WANTED);
        }
        return count;
    }
}
