package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Envelope;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.PublishError;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A worker plants a text in everything that it can send. What machines read has it only where it
 * belongs, escaped: no meter, no header, and no line of an event stream is made of it.
 */
@FrontDoorTest({
    "frontdoor.auth.tokens=sesame",
    "frontdoor.webhook.enabled=true",
    "frontdoor.limits.trusted-proxies=127.0.0.1",
    "frontdoor.group-gauges.by=namespace,taskQueue,node,activityType,userAgent,label:zone",
    "management.endpoints.web.exposure.include=*",
    "management.endpoints.web.exposure.exclude=heapdump"
})
class PlantedOutputsIntegrationTests {

    /** What names, labels and schemas may contain. */
    private static final String NAME =
            "planted%s%n{}${user.home}#{1}../../etc/passwd\",planted=\"\\\u2028\u2029\u202e\ufeff";

    /** What they may not. */
    private static final String PLANTED =
            NAME + "\r\nplanted: 1\n\ndata: planted\n\u0000\u001b[31m\u009b31m\u0085";

    private static final Queue<String> WEBHOOK_HEADERS = new ConcurrentLinkedQueue<>();
    private static final Queue<String> WEBHOOK_BODIES = new ConcurrentLinkedQueue<>();
    private static final HttpServer RECEIVER = receiver();

    private final ServerUnderTest server;
    private final List<HttpResponse> responses = new ArrayList<>();

    PlantedOutputsIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    private static HttpServer receiver() {
        try {
            HttpServer receiver =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            receiver.createContext(
                    "/",
                    exchange -> {
                        exchange.getRequestHeaders()
                                .forEach((name, values) -> WEBHOOK_HEADERS.add(name + values));
                        WEBHOOK_BODIES.add(
                                new String(
                                        exchange.getRequestBody().readAllBytes(),
                                        StandardCharsets.UTF_8));
                        exchange.sendResponseHeaders(204, -1);
                        exchange.close();
                    });
            receiver.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @DynamicPropertySource
    static void receiver(DynamicPropertyRegistry settings) {
        settings.add(
                "frontdoor.webhook.url",
                () -> "http://127.0.0.1:%s/".formatted(RECEIVER.getAddress().getPort()));
    }

    @AfterAll
    static void stop() {
        RECEIVER.stop(0);
    }

    @Test
    void plantedTextIsOnlyDataForMachines() throws Exception {
        String stream;
        try (Socket operator = new Socket(InetAddress.getLoopbackAddress(), managementPort())) {
            operator.setSoTimeout(Math.toIntExact(ServerUnderTest.MAX_WAIT.toMillis()));
            operator.getOutputStream()
                    .write(
                            "GET /actuator/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            plantInRequests();
            plantInConnect();
            plantInARegistration();
            stream = readUntil(operator, "\"code\":4001");
        }
        server.expectNobody();
        expectNoMeter();
        expectEventsWithWholeLines(stream);
        expectHeaders();
        ServerUnderTest.eventually(() -> assertThat(WEBHOOK_BODIES).hasSize(2));
        assertThat(WEBHOOK_HEADERS).isNotEmpty().noneMatch(header -> header.contains("planted"));
        assertThat(WEBHOOK_BODIES).allSatisfy(PlantedOutputsIntegrationTests::expectSafe);
        for (String list :
                List.of(
                        "registrations",
                        "registrations?state=unregistered",
                        "departures",
                        "notifiers",
                        "bans",
                        "evictions",
                        "drain",
                        "info",
                        "health",
                        "metrics",
                        "env",
                        "configprops",
                        "loggers")) {
            HttpResponse response = server.ask("/actuator/" + list);
            expectSafe(response.body());
            responses.add(response);
        }
        expectHeaders();
    }

    private int managementPort() throws IOException {
        return URI.create(server.read("/actuator").at("/_links/self/href").stringValue()).getPort();
    }

    private void plantInRequests() throws IOException {
        String target = PLANTED.replaceAll("[\r\n\\x00 ]", "");
        for (String request :
                List.of(
                        Requests.upgrade().with("Authorization: Bearer " + PLANTED).toString(),
                        Requests.upgrade().with("Authorization: Bearer planted").toString(),
                        Requests.upgrade().with("Worker-Labels: " + PLANTED).toString(),
                        Requests.upgrade()
                                .with("Worker-Labels: planted")
                                .with("Worker-Labels: ?")
                                .toString(),
                        Requests.upgrade().with("Origin: planted").toString(),
                        Requests.upgrade().with("Sec-WebSocket-Protocol: planted").toString(),
                        Requests.upgrade().with("X-Forwarded-For: planted").toString(),
                        Requests.upgrade().with("planted: planted").toString(),
                        Requests.upgrade().without("Host").with("Host: planted\"%s").toString(),
                        Requests.upgrade()
                                .start("GET /liminal?labels=planted%0D%0A HTTP/1.1")
                                .toString(),
                        Requests.upgrade()
                                .start("GET /liminal?planted=" + target + " HTTP/1.1")
                                .toString(),
                        Requests.upgrade()
                                .start("GET /planted/..%2f" + target + " HTTP/1.1")
                                .toString(),
                        Requests.upgrade().start("GET /planted/$%7Bx%7D HTTP/1.1").toString(),
                        Requests.upgrade().start("PLANTED /planted HTTP/1.1").toString())) {
            try (HttpSocket socket = server.http()) {
                responses.add(socket.send(request).answerWithoutBody());
            }
        }
    }

    private void plantInConnect() throws IOException {
        try (TestWorker worker = server.connect()) {
            worker.send(
                    new Connect(
                            0,
                            ProtocolVersion.V1_0,
                            ProtocolVersion.V1_0,
                            Bytes.copyOf(PLANTED.getBytes(StandardCharsets.UTF_8))));
            expectSafe(String.valueOf(worker.expect(ConnectError.class).message()));
            worker.expectClose(1008);
        }
    }

    private void plantInARegistration() throws IOException {
        String schema = "\"planted\\ud800\\u0000\\r\\n\u2028\"";
        try (TestWorker worker =
                server.worker()
                        .token("sesame")
                        .header("User-Agent", "planted\"%s${x}")
                        .header("X-Forwarded-For", "192.0.2.1, planted")
                        .label("zone", "planted\"%s{}")
                        .connect()) {
            assertThat(worker.register(Registrations.of(PLANTED).build()).rejection()).isNotNull();
            worker.register(
                    Registrations.of(NAME)
                            .namespaces(NAME)
                            .taskQueue(NAME)
                            .node(NAME)
                            .activityTypes(NAME)
                            .activity(NAME, schema, schema)
                            .build());
            Bytes planted = Bytes.copyOf(new byte[Envelope.SCHEMA_ID_SIZE]);
            worker.send(
                    new Publish(
                            Publish.IDEMPOTENT,
                            1,
                            PLANTED,
                            new Envelope(
                                    planted,
                                    PLANTED,
                                    1L,
                                    Bytes.copyOf(PLANTED.getBytes(StandardCharsets.UTF_8))),
                            PLANTED));
            worker.expect(PublishError.class);
            expectNoMeter();
            worker.close(4001, "planted\r\n\u2028");
        }
    }

    /** Only gauges of groups, which an operator asks for, have labels of workers. */
    private void expectNoMeter() throws IOException {
        String meters = server.ask("/actuator/prometheus").body();
        assertThat(meters.lines().filter(line -> line.contains("planted")))
                .allMatch(line -> line.matches("frontdoor_group_workers\\{.*"));
        assertThat(meters.lines())
                .allMatch(line -> line.matches("#.*|[a-z][a-z0-9_]*(\\{.*})? \\S+"));
        expectSafe(meters);
        expectSafe(server.ask("/actuator/metrics").body());
    }

    private static void expectEventsWithWholeLines(String stream) {
        String events = stream.substring(stream.indexOf("\r\n\r\n") + 4);
        assertThat(events).contains("planted");
        assertThat(events.split("\r\n|\n"))
                .allMatch(line ->
                        line.isEmpty()
                                || line.matches(
                                        "[0-9a-f]{1,8}|:|id: ?[\\w./-]+|event: ?[\\w-]+|data: ?\\{.*}"));
        expectSafe(events.replace("\r", ""));
    }

    private void expectHeaders() {
        assertThat(responses)
                .isNotEmpty()
                .allSatisfy(response ->
                        assertThat(response.headers().toString()).doesNotContain("planted"));
    }

    private static String readUntil(Socket operator, String end) throws IOException {
        var received = new ByteArrayOutputStream();
        while (!received.toString(StandardCharsets.UTF_8).contains(end)) {
            int next = operator.getInputStream().read();
            assertThat(next).as("the stream has ended").isNotNegative();
            received.write(next);
        }
        while (!received.toString(StandardCharsets.UTF_8).endsWith("\n\n")) {
            received.write(operator.getInputStream().read());
        }
        return received.toString(StandardCharsets.UTF_8);
    }

    private static void expectSafe(String text) {
        assertThat(
                        text.codePoints()
                                .filter(character ->
                                        character != '\n' && !DisplayText.isSafe(character))
                                .toArray())
                .as(() -> "unsafe in " + DisplayText.of(text))
                .isEmpty();
    }
}
