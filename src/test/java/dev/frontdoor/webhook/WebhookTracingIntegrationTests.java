package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.FrontDoorExtension;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The receiver sees the trace of a registration, where traces are exported. */
class WebhookTracingIntegrationTests {

    private static final TestReceiver receiver = receiver();
    private static final TestReceiver collector = receiver();

    @RegisterExtension
    static final FrontDoorExtension door =
            FrontDoorExtension.with()
                    .property("frontdoor.webhook.enabled", "true")
                    .property("frontdoor.webhook.url", receiver.url().toString())
                    .property("management.tracing.export.enabled", "true")
                    .property("management.tracing.sampling.probability", "1.0")
                    .property(
                            "management.opentelemetry.tracing.export.otlp.endpoint",
                            collector.url().toString());

    @AfterAll
    static void stop() throws IOException {
        receiver.close();
        collector.close();
    }

    @Test
    void requestCarriesATraceparentHeader() throws Exception {
        try (TestWorker worker = door.worker()) {
            assertThat(worker.register(TestWorker.registration("traced")).accepted()).isTrue();
        }

        assertThat(receiver.expect("registered").header("traceparent"))
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]");
    }

    private static TestReceiver receiver() {
        try {
            return new TestReceiver();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
