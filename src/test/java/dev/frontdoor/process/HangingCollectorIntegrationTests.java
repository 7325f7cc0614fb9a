package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;

/**
 * Refused registrations with large, hostile identities, while the collector of spans accepts
 * connections and never answers: a service with 256 MB keeps its memory, and its structured log has
 * one JSON object a line.
 */
class HangingCollectorIntegrationTests {

    private static final int WORKERS = 560;

    /** Answers to further ones are slowed down. */
    private static final int REFUSALS = 9;

    private static final int SIZE = 100_000;
    private static final long MAX_MEMORY = 256 * 1024 * 1024;

    private static final String FORGED =
            "\u202e\u2028\r\n{\"@timestamp\":\"2026-01-01\",\"message\":\"forged\"}\n\u001b[31m";

    @TempDir Path directory;

    @Test
    void spansAndLinesOfRefusedRegistrationsAreBounded() throws Exception {
        Bystanders.notifier().writeTo(directory.resolve("notifiers/pushing.jar"));
        String identity = FORGED.repeat(SIZE / FORGED.length());
        try (ServerSocket collector = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ServiceProcess service =
                        ServiceProcess.in(directory)
                                .small()
                                .start(
                                        "--logging.structured.format.console=ecs",
                                        "--management.tracing.sampling.probability=1.0",
                                        "--management.opentelemetry.tracing.export.otlp.endpoint=http://127.0.0.1:%d/v1/traces"
                                                .formatted(collector.getLocalPort()));
                Bystanders bystanders = new Bystanders(service)) {
            for (int i = 0; i < WORKERS; i++) {
                refuse(service, identity);
            }
            bystanders.expectServed();
            assertThat(service.peakMemory()).isLessThan(MAX_MEMORY);
            await().atMost(ServiceProcess.MAX_WAIT)
                    .untilAsserted(() ->
                            assertThat(service.log()).contains("more rejected registrations"));
            assertThat(service.log().lines())
                    .allSatisfy(HangingCollectorIntegrationTests::expectOneEvent);
        }
    }

    private static void refuse(ServiceProcess service, String identity) throws Exception {
        try (TestWorker worker = service.worker().connect()) {
            worker.authenticate("");
            for (int i = 0; i < REFUSALS; i++) {
                worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
                assertThat(worker.expect(WorkerRegisterAck.class).accepted()).isFalse();
            }
            worker.close(4001, FORGED);
        }
    }

    private static void expectOneEvent(String line) {
        JsonNode event = JsonMapper.shared().readTree(line);
        assertThat(event.path("@timestamp").asString()).isNotEqualTo("2026-01-01");
        assertThat(event.path("message").asString()).isNotEmpty().isNotEqualTo("forged");
        assertThat(line.codePoints()).allMatch(DisplayText::isSafe);
    }
}
