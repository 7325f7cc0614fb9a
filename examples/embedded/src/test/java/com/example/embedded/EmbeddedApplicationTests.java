package com.example.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"management.server.port=0", "frontdoor.drain.window=0s"})
class EmbeddedApplicationTests {

    @LocalServerPort private int port;
    @LocalManagementPort private int managementPort;

    @Test
    void requestIsAnsweredByWorker() throws Exception {
        try (TestWorker worker = worker()) {
            assertThat(
                            worker.register(
                                            Registrations.of("worker-7")
                                                    .activityTypes("greet")
                                                    .build())
                                    .accepted())
                    .isTrue();
            worker.replyToPushes(EmbeddedApplicationTests::greet);

            assertThat(get(port, "/greeting?name=Ada")).isEqualTo("Hello, Ada");
        }
    }

    @Test
    void workerThatCannotGreetIsRejected() throws IOException {
        try (TestWorker worker = worker()) {
            assertThat(worker.register(TestWorker.registration("worker-8")).rejection())
                    .isEqualTo("this application needs workers that greet");
        }
    }

    @Test
    void operatorsSeeTheNotifier() throws Exception {
        assertThat(get(managementPort, "/actuator/notifiers")).contains("\"greeting\"");
    }

    private TestWorker worker() throws IOException {
        return TestWorker.connect(URI.create("ws://localhost:%d/workers".formatted(port)));
    }

    private static byte[] greet(byte[] name) {
        return ("Hello, " + new String(name, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String get(int port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(
                                    URI.create("http://localhost:%d%s".formatted(port, path)))
                            .timeout(Duration.ofSeconds(30))
                            .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
