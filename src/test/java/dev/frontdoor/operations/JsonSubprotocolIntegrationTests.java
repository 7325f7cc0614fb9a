package dev.frontdoor.operations;

import static dev.frontdoor.test.server.Requests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.Workers;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Qualifier;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A worker that speaks JSON, as a script or a browser console does. */
@FrontDoorTest("frontdoor.json-subprotocol=true")
@Timeout(120)
class JsonSubprotocolIntegrationTests {

    private static final String PROTOCOL = "frontdoor.json.v1";
    private static final String CONNECT =
            "{\"type\":\"connect\",\"minVersion\":[1,0],\"maxVersion\":[1,3],\"authToken\":\"\"}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final ServerUnderTest server;
    private final Workers workers;
    private final ScriptedNotifier firstNotifier;

    JsonSubprotocolIntegrationTests(
            ServerUnderTest server,
            Workers workers,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.workers = workers;
        this.firstNotifier = firstNotifier;
    }

    /** What a worker receives: messages as they are, and the close as {@code close CODE REASON}. */
    private static final class Received implements WebSocket.Listener {
        private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        private final StringBuilder parts = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence part, boolean last) {
            parts.append(part);
            if (last) {
                queue.add(parts.toString());
                parts.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            queue.add("close %s %s".formatted(code, reason));
            return null;
        }

        String next() throws InterruptedException {
            return String.valueOf(queue.poll(60, TimeUnit.SECONDS));
        }
    }

    private WebSocket connect(Received received) throws Exception {
        return client.newWebSocketBuilder()
                .subprotocols(PROTOCOL)
                .buildAsync(server.uri("/liminal"), received)
                .get(60, TimeUnit.SECONDS);
    }

    @Test
    void workerConnectsRegistersAndRepliesInJson() throws Exception {
        Received received = new Received();
        WebSocket socket = connect(received);
        assertThat(socket.getSubprotocol()).isEqualTo(PROTOCOL);
        String identity = server.newIdentity();

        socket.sendText(CONNECT, true).get(60, TimeUnit.SECONDS);
        assertThat(received.next()).contains("\"type\":\"connectAck\"", "[1,3]");
        socket.sendText(
                        """
                        {"type": "workerRegister", "registration": {"namespaces": [], "taskQueue": "default",
                         "node": null, "activityTypes": [], "identity": "%s", "activities": []}}
                        """
                                .formatted(identity),
                        true)
                .get(60, TimeUnit.SECONDS);
        assertThat(received.next()).contains("\"workerRegisterAck\"", "\"accepted\"");

        var reply =
                workers.push(
                        firstNotifier.pidOf(identity), new byte[] {0x2a}, Duration.ofMinutes(1));
        String push = received.next();
        assertThat(push)
                .matches(
                        "\\{\"type\":\"push\",\"flags\":0,\"streamId\":1,\"correlationId\":[0-9]+,\"payload\":\"2a\"}");
        String answer = push.replace("\"push\"", "\"pushReply\"").replace("2a", "2b");
        socket.sendText(answer.substring(0, 10), false).get(60, TimeUnit.SECONDS);
        socket.sendText(answer.substring(10), true).get(60, TimeUnit.SECONDS);
        assertThat(reply.get(60, TimeUnit.SECONDS)).isEqualTo(new byte[] {0x2b});

        socket.sendText("{\"type\":\"disconnect\"}", true).get(60, TimeUnit.SECONDS);
        assertThat(received.next()).startsWith("close 1000");
    }

    @Test
    void textThatIsNoFrameEndsTheConnection() throws Exception {
        Received received = new Received();
        WebSocket socket = connect(received);

        socket.sendText("{\"type\":\"pang\"}", true).get(60, TimeUnit.SECONDS);

        assertThat(received.next()).isEqualTo("close 1002 0x0009 the member 'type' names no frame");
    }

    @Test
    void binaryMessageEndsTheConnection() throws Exception {
        Received received = new Received();
        WebSocket socket = connect(received);

        socket.sendBinary(ByteBuffer.allocate(10), true).get(60, TimeUnit.SECONDS);

        assertThat(received.next()).startsWith("close 1003 binary messages are not served");
    }

    @Test
    void workerThatAsksForNothingSpeaksBinary() throws Exception {
        try (TestWorker worker = server.register(server.newIdentity())) {
            assertThat(worker.responseHeader("Sec-WebSocket-Protocol")).isEmpty();
        }
    }

    @Test
    void subprotocolIsFoundAmongOthers() throws Exception {
        try (HttpSocket worker = server.http()) {
            worker.send(
                    upgrade().with("Sec-WebSocket-Protocol: other, frontdoor.json.v1").toString());
            assertThat(worker.answer().status()).isEqualTo(101);
        }
    }

    @Test
    void otherSubprotocolsAreRefused() throws Exception {
        try (HttpSocket worker = server.http()) {
            worker.send(upgrade().with("Sec-WebSocket-Protocol: other").toString());
            assertThat(worker.answer().status()).isEqualTo(400);
        }
    }
}
