package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.LocalIssuer;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.SecretDirectory;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestKeys;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A service with a secret in each place that takes one. Everything fails that can, and nothing
 * shows a secret: no log, endpoint, span, meter, event or answer.
 */
@FrontDoorTest({
    "frontdoor.auth.tokens[0]=planted-token-in-a-list",
    "frontdoor.auth.tokens.web=planted-token-with-a-name",
    "frontdoor.auth.token-file-interval=10ms",
    "frontdoor.auth.jwt.audiences=front-door",
    "frontdoor.auth.jwt.startup-timeout=100ms",
    "frontdoor.auth.jwt.refresh-interval=100ms",
    "frontdoor.management.trust-loopback=always",
    "frontdoor.management.auth.operate.tokens.one=planted-token-of-an-operator",
    "frontdoor.webhook.enabled=true",
    "frontdoor.webhook.ssl-bundle=store",
    "frontdoor.webhook.url=https://localhost:1/hook?key=planted-key-of-the-webhook",
    "frontdoor.webhook.secrets=planted-secret-of-the-webhook",
    "frontdoor.webhook.deliveries.max-attempts=2",
    "frontdoor.webhook.deliveries.initial-backoff=1ms",
    "frontdoor.notifiers.beans.webhook.on-failure=ignore",
    "spring.ssl.bundle.jks.store.keystore.password=planted-password-of-a-store",
    "spring.ssl.bundle.jks.store.reload-on-update=true",
    "spring.ssl.bundle.watch.file.quiet-period=10ms",
    "management.tracing.export.enabled=true",
    "management.tracing.sampling.probability=1",
    "management.opentelemetry.tracing.export.otlp.endpoint=http://localhost:1/?key=planted-key-of-spans",
    "management.opentelemetry.tracing.export.otlp.headers.Authorization=planted-header-of-spans",
    "management.endpoints.web.exposure.include=*",
    "management.endpoints.web.exposure.exclude=heapdump",
    "logging.level.dev.frontdoor=DEBUG"
})
@Import(SecretsIntegrationTests.Spans.class)
@ExtendWith(LoggedOutputExtension.class)
class SecretsIntegrationTests {

    private static final String PLANTED = "planted-";

    private static final List<String> SETTINGS =
            List.of(
                    "frontdoor.auth.tokens[0]",
                    "frontdoor.auth.tokens.web",
                    "frontdoor.management.auth.operate.tokens.one",
                    "frontdoor.webhook.url",
                    "frontdoor.webhook.secrets",
                    "frontdoor.auth.jwt.jwk-set-uri",
                    "spring.ssl.bundle.jks.store.keystore.password",
                    "management.opentelemetry.tracing.export.otlp.endpoint",
                    "management.opentelemetry.tracing.export.otlp.headers.Authorization");

    private static final LocalIssuer ISSUER = LocalIssuer.start();
    private static final SecretDirectory FILES =
            SecretDirectory.create()
                    .putAll(
                            Map.of(
                                    "mounted", "planted-token-of-a-file",
                                    "operator", "planted-token-of-an-operators-file",
                                    "issuer", "planted-token-for-the-issuer"));
    private static final Path TOKENS = directory();
    private static final Path STORE = TOKENS.resolveSibling("store.p12");

    private final ServerUnderTest server;
    private final Spans spans;
    private final List<String> answers = new ArrayList<>();

    SecretsIntegrationTests(ServerUnderTest server, Spans spans) {
        this.server = server;
        this.spans = spans;
    }

    @DynamicPropertySource
    static void places(DynamicPropertyRegistry settings) {
        ISSUER.goDown();
        settings.add("frontdoor.auth.token-files", () -> TOKENS.resolve("mounted").toString());
        settings.add(
                "frontdoor.management.auth.view.token-files",
                () -> FILES.path().resolve("operator").toString());
        settings.add(
                "frontdoor.auth.jwt.jwk-set-token-file",
                () -> FILES.path().resolve("issuer").toString());
        settings.add(
                "frontdoor.auth.jwt.jwk-set-uri",
                () -> ISSUER.url() + LocalIssuer.KEYS + "?key=planted-key-of-the-issuer");
        settings.add("spring.ssl.bundle.jks.store.keystore.location", STORE::toString);
    }

    @AfterAll
    static void stop() {
        ISSUER.close();
    }

    private static Path directory() {
        try {
            Path tokens =
                    Files.createDirectories(Files.createTempDirectory("secrets").resolve("tokens"));
            Files.writeString(tokens.resolve("mounted"), "planted-token-of-a-file");
            TestKeys keys = TestKeys.generate();
            char[] password = "planted-password-of-a-store".toCharArray();
            KeyStore store =
                    KeyStore.getInstance(keys.store().toFile(), TestKeys.PASSWORD.toCharArray());
            String alias = store.aliases().nextElement();
            store.setKeyEntry(
                    alias,
                    store.getKey(alias, TestKeys.PASSWORD.toCharArray()),
                    password,
                    store.getCertificateChain(alias));
            try (OutputStream file = Files.newOutputStream(tokens.resolveSibling("store.p12"))) {
                store.store(file, password);
            }
            return tokens;
        } catch (Exception e) {
            throw new AssertionError("cannot write the secrets", e);
        }
    }

    @Test
    void nothingShowsASecret(CapturedOutput output) throws Exception {
        String last = server.newIdentity();
        try (EventReader events = EventReader.open(server, "")) {
            workersConnect(last);
            workersAreRefused();
            operatorsAsk();
            breakFiles(output);
            expectFailuresOfOthers();
            String event;
            do {
                event = events.next().data().toString();
                answers.add(event);
            } while (!event.contains(last));
        }
        server.expectNobody();
        askEveryEndpoint();

        assertThat(output.getAll().lines().filter(line -> line.contains(PLANTED))).isEmpty();
        assertThat(answers).hasSizeGreaterThan(30).noneMatch(answer -> answer.contains(PLANTED));
        assertThat(spans.texts).isNotEmpty().noneMatch(text -> text.contains(PLANTED));
    }

    private void workersConnect(String last) throws IOException {
        for (String token :
                List.of(
                        "planted-token-in-a-list",
                        "planted-token-with-a-name",
                        "planted-token-of-a-file")) {
            try (TestWorker worker = server.connect()) {
                worker.authenticate(token);
                worker.register(TestWorker.registration(server.newIdentity()));
            }
        }
        try (TestWorker worker = server.worker().token("planted-token-in-a-list").connect()) {
            worker.register(TestWorker.registration(last));
        }
    }

    private void workersAreRefused() throws IOException {
        for (String wrong : List.of("planted-wrong", "eyJhbGciOiJSUzI1NiJ9.planted-.x")) {
            try (TestWorker worker = server.worker().token(wrong).greeting().connect()) {
                answers.add(String.valueOf(worker.expect(ConnectError.class).message()));
                answers.add(worker.expectClose().reason());
            } catch (AssertionError | IOException e) {
                answers.add(String.valueOf(e.getMessage()));
            }
            for (String start :
                    List.of(
                            "GET /liminal HTTP/1.1",
                            "GET /liminal?token=" + wrong + " HTTP/1.1",
                            "POST /liminal?token=" + wrong + " HTTP/1.1",
                            "GET //liminal?token=" + wrong + " HTTP/1.1",
                            "GET /liminal?token=" + wrong + " HTTP/9")) {
                try (HttpSocket worker = server.http()) {
                    answers.add(
                            worker.send(
                                            Requests.upgrade()
                                                    .start(start)
                                                    .with("Authorization: Bearer " + wrong)
                                                    .with("Cookie: session=" + wrong)
                                                    .toString())
                                    .answer()
                                    .toString());
                }
            }
        }
    }

    private void operatorsAsk() throws IOException {
        for (String token :
                List.of(
                        "planted-wrong",
                        "planted-token-of-an-operator",
                        "planted-token-of-an-operators-file")) {
            answers.add(ask("GET", "/actuator/drain", token).toString());
            answers.add(ask("DELETE", "/actuator/drain", token).toString());
            answers.add(ask("POST", "/actuator/bans", token).toString());
        }
    }

    private HttpResponse ask(String method, String path, String token) throws IOException {
        try (HttpSocket operators = server.operators()) {
            return operators
                    .send(
                            "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
                                    .formatted(method, path, token))
                    .answer();
        }
    }

    private static void breakFiles(CapturedOutput output) throws IOException {
        Files.writeString(TOKENS.resolve("mounted"), "planted-bad ");
        Files.writeString(STORE, "planted-bad-store");
        FILES.put("issuer", "planted bad");
        ServerUnderTest.eventually(() ->
                assertThat(output)
                        .contains("what was read from it before stays in force")
                        .contains("bundle 'store'")
                        .contains("it holds no token of visible ASCII characters"));
    }

    private void expectFailuresOfOthers() {
        ServerUnderTest.eventually(() -> {
            assertThat(
                            server.sum(
                                    "frontdoor.notifier.calls",
                                    "notifier",
                                    "webhook",
                                    "outcome",
                                    "failed"))
                    .isPositive();
            assertThat(server.sum("frontdoor.tls.update.refused")).isPositive();
        });
    }

    private void askEveryEndpoint() throws IOException {
        List<String> paths = new ArrayList<>();
        for (JsonNode link : server.read("/actuator").required("_links")) {
            if (!link.required("templated").booleanValue()) {
                paths.add(URI.create(link.required("href").stringValue()).getPath());
            }
        }
        assertThat(paths)
                .contains("/actuator/env", "/actuator/configprops", "/actuator/prometheus");
        paths.remove("/actuator/events");
        SETTINGS.forEach(setting -> paths.add("/actuator/env/" + setting));
        for (String path : paths) {
            answers.add(server.ask(path).body());
        }
    }

    /** Keeps every text of every observation. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Spans {

        private final Queue<String> texts = new ConcurrentLinkedQueue<>();

        @Bean
        ObservationHandler<Observation.Context> everything() {
            return new ObservationHandler<>() {
                @Override
                public void onStop(Observation.Context context) {
                    texts.add(String.valueOf(context.getContextualName()));
                    for (KeyValue pair : context.getAllKeyValues()) {
                        texts.add(pair.getValue());
                    }
                }

                @Override
                public boolean supportsContext(Observation.Context context) {
                    return true;
                }
            };
        }
    }
}
