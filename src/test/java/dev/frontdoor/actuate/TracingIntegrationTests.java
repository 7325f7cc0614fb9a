package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.FrontDoorExtension;
import dev.frontdoor.test.TestWorker;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Spans reach an OTLP endpoint that is configured. */
class TracingIntegrationTests {

    private static final List<String> received = new CopyOnWriteArrayList<>();
    private static final HttpServer collector = collector();

    @RegisterExtension
    static final FrontDoorExtension server =
            FrontDoorExtension.with(OneNotifier.class)
                    .property("management.tracing.export.enabled", "true")
                    .property("management.tracing.sampling.probability", "1.0")
                    .property(
                            "management.opentelemetry.tracing.export.otlp.endpoint",
                            "http://localhost:%d/v1/traces"
                                    .formatted(collector.getAddress().getPort()));

    @AfterAll
    static void stopCollector() {
        collector.stop(0);
    }

    @Test
    void registrationAndItsNotifierCallsAreSpans() throws IOException {
        try (TestWorker worker = server.worker()) {
            assertThat(worker.register(TestWorker.registration("traced")).accepted()).isTrue();
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(String.join("", received))
                                .contains("register worker", "notifier counting", "traced"));
        assertThat(server.bean(MeterRegistry.class).get("frontdoor.registrations").timers())
                .as("timed by its own timers, and by no others")
                .hasSize(7)
                .extracting(Timer::count)
                .containsOnlyOnce(1L)
                .containsOnly(0L, 1L);
    }

    @Configuration(proxyBeanMethods = false)
    static class OneNotifier {

        @Bean
        ConnectionNotifier counting() {
            return new ConnectionNotifier() {
                @Override
                public void onWorkerRegistered(long pid, WorkerRegistration registration) {}

                @Override
                public void onWorkerUnregistered(long pid) {}
            };
        }
    }

    private static HttpServer collector() {
        try {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/v1/traces",
                    exchange -> {
                        byte[] body = exchange.getRequestBody().readAllBytes();
                        received.add(new String(body, StandardCharsets.ISO_8859_1));
                        exchange.sendResponseHeaders(200, -1);
                        exchange.close();
                    });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
