package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.PushRefusal.Code;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Envelope;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.PublishError;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.Subscribe;
import dev.frontdoor.protocol.Frame.SubscribeError;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A worker plants a text in everything that it can send: long, with line breaks, colors and
 * characters that reorder a line. No log, list or span shows it as it is.
 */
@FrontDoorTest("frontdoor.audit.enabled=true")
@Import(PlantedTextIntegrationTests.Spans.class)
@ExtendWith(LoggedOutputExtension.class)
class PlantedTextIntegrationTests {

    /** What a registration may contain. */
    private static final String REORDERED = "planted\u202e\u2066\u2028\u061c";

    private static final String FORGED_LINE =
            "2026-01-01T00:00:00.000Z  INFO [main] forged: pid 1: worker 'x' registered";

    private static final String PLANTED =
            REORDERED + "\r\n" + FORGED_LINE + "\n\u001b[31m\u009b31m\u0000\u0085" + FORGED_LINE;

    private static final int MAX_LINE = 20_000;
    private static final int MAX_LOG = 200_000;
    private static final int MAX_SPAN_TEXT = 3_000;

    private final ServerUnderTest server;
    private final ScriptedNotifier notifier;
    private final Workers workers;
    private final Spans spans;

    PlantedTextIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier,
            Workers workers,
            Spans spans) {
        this.server = server;
        this.notifier = notifier;
        this.workers = workers;
        this.spans = spans;
    }

    @Test
    void plantedTextIsTruncatedAndEscapedEverywhere(CapturedOutput output) throws Exception {
        List<String> lists = new ArrayList<>();
        try (TestWorker bystander = server.register(server.newIdentity())) {
            plantInRefusedRegistrations(lists);
            plantInARegistration(lists);
            plantInFrames();
            plantInTheUpgrade();
            plantInOperatorsRequests();
            ServerUnderTest.eventually(
                    () -> assertThat(output).contains("disconnected: code 4001, by worker"));
            bystander.expectNothing();
        }
        server.expectNobody();
        lists.add(server.ask("/actuator/departures").body());
        lists.add(server.ask("/actuator/notifiers").body());

        assertThat(output.toString().lines())
                .allSatisfy(line -> {
                    assertThat(line.length()).isLessThan(MAX_LINE);
                    assertThat(line).doesNotStartWith("2026-01-01");
                    expectSafe(line.replace("\t", ""));
                });
        assertThat(output).contains("planted\\u{202e}");
        assertThat(output.length()).isLessThan(MAX_LOG);
        assertThat(lists).allSatisfy(list -> expectSafe(list));
        assertThat(String.join("", lists)).contains("planted\\u202e", "planted\\\\u{202e}");
        assertThat(spans.texts)
                .allSatisfy(text -> {
                    assertThat(text.length()).isLessThan(MAX_SPAN_TEXT);
                    expectSafe(text);
                })
                .anyMatch(text -> text.contains("planted\\u{202e}"));
    }

    private static void expectSafe(String text) {
        assertThat(text.codePoints().filter(character -> !DisplayText.isSafe(character)).toArray())
                .as(() -> "unsafe in " + DisplayText.of(text))
                .isEmpty();
    }

    private void plantInRefusedRegistrations(List<String> lists) throws IOException {
        try (TestWorker worker = server.connect()) {
            worker.register(Registrations.of(PLANTED).build());
            worker.register(Registrations.of(PLANTED.repeat(9)).build());
            worker.register(Registrations.of("a").namespaces(PLANTED).taskQueue(PLANTED).build());
            worker.register(Registrations.of("a").activity("a", PLANTED, PLANTED).build());
            notifier.about(
                    "failing" + REORDERED,
                    (_, _) -> {
                        throw new IllegalStateException(
                                PLANTED.repeat(999), new IOException(PLANTED.repeat(999)));
                    });
            worker.register(Registrations.of("failing" + REORDERED).build());
            lists.add(server.ask("/actuator/registrations?state=unregistered").body());
        }
    }

    private void plantInARegistration(List<String> lists) throws IOException {
        String[] names = new String[100];
        for (int i = 0; i < names.length; i++) {
            names[i] = REORDERED.repeat(40) + i;
        }
        String schema = "\"" + REORDERED + "\\n\\u0000\"";
        try (TestWorker worker =
                server.worker()
                        .header("User-Agent", REORDERED.repeat(40))
                        .label("planted", "\\".repeat(128))
                        .connect()) {
            worker.authenticate("");
            worker.register(
                    Registrations.of(REORDERED.repeat(40))
                            .namespaces(names)
                            .taskQueue(REORDERED.repeat(40))
                            .node(REORDERED)
                            .activityTypes(names)
                            .activity(REORDERED, schema, schema)
                            .build());
            long pid = notifier.pidOf(REORDERED.repeat(40));
            workers.annotate(pid, Map.of("added", REORDERED.repeat(12)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> workers.annotate(pid, Map.of(PLANTED, "")))
                    .satisfies(thrown -> expectSafe(String.valueOf(thrown.getMessage())));
            lists.add(server.ask("/actuator/registrations").body());
            lists.add(server.ask("/actuator/registrations/" + pid).body());
            expectRefusedPush(worker, pid);
            worker.close(4001, PLANTED.substring(0, 60));
        }
    }

    private void expectRefusedPush(TestWorker worker, long pid) {
        var pushed = workers.push(pid, new byte[1], Duration.ofSeconds(20));
        worker.send(TestWorker.refusal(worker.expect(Push.class), Code.BUSY, PLANTED));
        assertThat(pushed)
                .failsWithin(ServerUnderTest.MAX_WAIT)
                .withThrowableThat()
                .havingRootCause()
                .satisfies(thrown -> expectSafe(String.valueOf(thrown.getMessage())));
    }

    private void plantInFrames() throws IOException {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity)) {
            worker.send(new Subscribe(0, 1, PLANTED, List.of(), 1));
            worker.expect(SubscribeError.class);
            notifier.onChannel(
                    PLANTED,
                    (_, _) -> {
                        throw new CompletionException(
                                PLANTED.repeat(999), new IOException(PLANTED.repeat(999)));
                    });
            Bytes schema = Bytes.copyOf(new byte[Envelope.SCHEMA_ID_SIZE]);
            worker.send(
                    new Publish(
                            Publish.IDEMPOTENT,
                            1,
                            PLANTED,
                            new Envelope(schema, PLANTED, 1L, schema),
                            PLANTED));
            worker.expect(PublishError.class);
            worker.sendBytes(PLANTED.getBytes(StandardCharsets.UTF_8));
            worker.expectClose(1002);
        }
        try (TestWorker worker = server.connect()) {
            worker.sendText(PLANTED);
            worker.expectClose(1003);
        }
        try (TestWorker worker = server.connect()) {
            worker.authenticate(PLANTED);
        }
    }

    private void plantInTheUpgrade() throws IOException {
        for (String header :
                List.of(
                        "Origin: ",
                        "Cookie: ",
                        "X-Forwarded-For: ",
                        "User-Agent: ",
                        "Worker-Labels: ",
                        "Worker-Labels: planted=",
                        "Worker-Labels: planted=\"",
                        "Sec-WebSocket-Protocol: ",
                        "Sec-WebSocket-Key: ",
                        "")) {
            try (HttpSocket socket = server.http()) {
                socket.send(Requests.upgrade().with(header + PLANTED).toString());
                socket.endSending();
                while (!socket.ends()) {
                    // Reads the answer, whatever it is.
                }
            }
        }
    }

    private void plantInOperatorsRequests() throws IOException {
        String value = URLEncoder.encode(PLANTED, StandardCharsets.UTF_8);
        for (String path :
                List.of(
                        "/actuator/registrations?identity=",
                        "/actuator/registrations?label=",
                        "/actuator/registrations?userAgent=",
                        "/actuator/registrations?nod=",
                        "/actuator/registrations?limit=",
                        "/actuator/departures?identity=",
                        "/actuator/loggers/",
                        "/actuator/health/")) {
            expectSafe(server.ask(path + value).body());
            expectSafe(server.request("POST", path + value).body());
        }
    }

    /** Keeps every text of every observation that is handled like a span. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Spans {

        private final Queue<String> texts = new ConcurrentLinkedQueue<>();

        @Bean
        ObservationHandler<Observation.Context> recorder() {
            return new ObservationHandler<>() {
                @Override
                public void onStop(Observation.Context context) {
                    texts.add(String.valueOf(context.getContextualName()));
                    for (KeyValue pair : context.getAllKeyValues()) {
                        texts.add(pair.getValue());
                    }
                    for (Throwable next = context.getError();
                            next != null;
                            next = next.getCause()) {
                        texts.add(next.toString());
                    }
                }

                @Override
                public boolean supportsContext(Observation.Context context) {
                    return String.valueOf(context.getName()).startsWith("frontdoor");
                }
            };
        }
    }
}
