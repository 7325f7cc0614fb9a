package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.TestWorkerBuilder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that may open few files. */
class FewFilesIntegrationTests {

    private static final int MAX_FILES = 464;
    private static final int LIMIT = 208;

    /**
     * For each port: in all more than there are files, and less than a limit of the management
     * port.
     */
    private static final int WAITING = 14;

    @TempDir Path directory;

    @Test
    void connectionLimitLeavesFilesForTheRest() throws Exception {
        try (ServiceProcess service =
                ServiceProcess.in(directory)
                        .maxFiles(MAX_FILES)
                        .start("--frontdoor.limits.max-connections=5000")) {
            assertThat(service.log())
                    .contains("frontdoor.limits.max-connections is 5000")
                    .contains("the limit in force is " + LIMIT);
            List<TestWorker> in = new ArrayList<>();
            for (int i = 0; i < LIMIT; i++) {
                TestWorker worker = service.worker().connect();
                worker.register(TestWorker.registration("worker-" + i));
                in.add(worker);
            }
            for (int i = LIMIT; i < MAX_FILES + 50; i++) {
                try (TestWorker worker = service.worker().connect()) {
                    assertThat(worker.expect(ConnectError.class).message())
                            .isEqualTo("the connection limit of %d is reached".formatted(LIMIT));
                    worker.expectClose(4003);
                }
            }

            assertThat(service.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
            assertThat(service.get("/actuator/health").body())
                    .contains("\"limit\":%d".formatted(LIMIT));
            assertThat(service.get("/actuator/prometheus").body())
                    .contains("frontdoor_connections_limit %d.0".formatted(LIMIT));
            in.forEach(TestWorker::expectNothing);
            in.forEach(TestWorker::close);
        }
    }

    /** As with a notifier that opens files and does not close them. */
    @Test
    void portsWithoutFilesAreServedAgainOnceThereAreSome() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "there is no prlimit here");
        try (ServiceProcess service = ServiceProcess.in(directory).start("--frontdoor.tcp.port=0");
                TestWorker web = registered(service.worker(), "web");
                TestWorker tcp = registered(service.tcpWorker(), "tcp")) {
            List<Integer> ports =
                    List.of(service.workersPort(), service.tcpPort(), service.managementPort());
            service.setMaxFiles(service.openFiles() + 3);
            List<Socket> waiting = new ArrayList<>();
            try {
                for (int port : ports) {
                    for (int i = 0; i < WAITING; i++) {
                        waiting.add(new Socket("localhost", port));
                    }
                }
                for (int port : ports) {
                    expectFewLinesAbout(port, service);
                }
                web.register(TestWorker.registration("web"));
                tcp.register(TestWorker.registration("tcp"));

                service.setMaxFiles(MAX_FILES);
                registered(service.worker(), "more-web").close();
                registered(service.tcpWorker(), "more-tcp").close();
                assertThat(service.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
            } finally {
                for (Socket socket : waiting) {
                    socket.close();
                }
            }
        }
    }

    private static void expectFewLinesAbout(int port, ServiceProcess service) {
        String failure = "cannot accept connections on port %d: ".formatted(port);
        String more = "more failures to accept of port " + port;
        await().atMost(ServiceProcess.MAX_WAIT).until(() -> service.log().contains(more));
        assertThat(lines(service, failure)).isBetween(1L, lines(service, more) + 1);
        assertThat(service.log())
                .containsPattern(failure + ".*Too many open files")
                .doesNotContain("exceptionCaught");
    }

    private static TestWorker registered(TestWorkerBuilder builder, String identity)
            throws IOException {
        TestWorker worker = builder.connect();
        worker.register(TestWorker.registration(identity));
        return worker;
    }

    private static long lines(ServiceProcess service, String text) {
        return service.log().lines().filter(line -> line.contains(text)).count();
    }

    @Test
    void defaultOfTheLimitIsDerivedFromTheOpenFiles() throws Exception {
        try (ServiceProcess service = ServiceProcess.in(directory).maxFiles(MAX_FILES).start()) {
            assertThat(service.get("/actuator/health").body())
                    .contains("\"limit\":%d".formatted(LIMIT));
            assertThat(service.log()).doesNotContain("the limit in force");
        }
    }
}
