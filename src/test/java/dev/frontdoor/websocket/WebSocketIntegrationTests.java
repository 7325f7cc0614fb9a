package dev.frontdoor.websocket;

import static dev.frontdoor.test.WebSocketFrame.close;
import static dev.frontdoor.test.WebSocketFrame.declaring;
import static dev.frontdoor.test.WebSocketFrame.masked;
import static dev.frontdoor.test.WebSocketFrame.message;
import static dev.frontdoor.test.WebSocketFrame.unmasked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.TestWorker.Close;
import dev.frontdoor.test.server.RestrictedServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/** Allowed and forbidden uses of the WebSocket protocol. */
@RestrictedServerTest
class WebSocketIntegrationTests {

    private static final byte[] PING = FrameCodec.encode(new Ping(0));
    private static final byte[] NOTHING = new byte[0];

    private final ServerUnderTest server;

    WebSocketIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nextWorkerIsServedAndNobodyIsLeft() throws Exception {
        try (TestWorker next = server.connect()) {
            next.expectNothing();
        }
        server.expectNobody();
    }

    @Test
    void messageMayBeFragmentedAtEveryByte() throws Exception {
        byte[] connect =
                FrameCodec.encode(
                        new Connect(
                                0,
                                ProtocolVersion.V1_0,
                                ProtocolVersion.V1_0,
                                Bytes.copyOf(
                                        RestrictedServerTest.TOKEN.getBytes(
                                                StandardCharsets.UTF_8))));
        try (TestWorker worker = server.connect()) {
            int[] cuts = new int[connect.length - 1];
            Arrays.setAll(cuts, i -> i + 1);
            worker.sendFragmented(connect, cuts);

            worker.expect(ConnectAck.class);
        }
    }

    @Test
    void fragmentsMayBeEmpty() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.sendFragmented(PING, 0, 0, 5, 5, 10, 10);
            worker.expect(Pong.class);
            worker.sendFragmented(PING, 10);
            worker.expect(Pong.class);
        }
    }

    @Test
    void pingBetweenFragmentsIsAnsweredAtOnce() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(masked(0x02, Arrays.copyOf(PING, 4)));
            worker.ping(new byte[] {1, 2, 3});
            worker.expectPong(new byte[] {1, 2, 3});
            assertThat(worker.poll()).isNull();
            worker.sendRaw(masked(0x80, Arrays.copyOfRange(PING, 4, PING.length)));
            worker.expect(Pong.class);
        }
    }

    @Test
    void pingIsAnsweredWithItsPayload() throws Exception {
        byte[] largest = new byte[125];
        Arrays.fill(largest, (byte) 0x80);
        try (TestWorker worker = server.connect()) {
            worker.ping(NOTHING);
            worker.expectPong(NOTHING);
            worker.ping(largest);
            worker.expectPong(largest);
        }
    }

    @Test
    void pongThatNobodyAskedForIsIgnored() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(masked(0x8A, new byte[] {1}));
            worker.expectNothing();
        }
    }

    @Test
    void messageOfTheLargestSizeIsTaken() throws Exception {
        byte[] message = ofSize(RestrictedServerTest.MAX_FRAME_SIZE);
        try (TestWorker worker = server.connect()) {
            worker.sendBytes(message);
            worker.sendFragmented(message, 1, 4000);
            worker.expectNothing();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tooLarge")
    void largerMessageEndsTheConnection(String name, byte[] sent) throws Exception {
        expectClose(sent, 1009, "4096", "too_large");
    }

    static Stream<Arguments> tooLarge() {
        byte[] over = ofSize(RestrictedServerTest.MAX_FRAME_SIZE + 1);
        return Stream.of(
                arguments("one frame", masked(0x82, over)),
                arguments("only announced", declaring(0x82, 4097, NOTHING)),
                arguments("announced as an int's most", declaring(0x82, 0x7FFF_FFFFL, NOTHING)),
                arguments("announced as a long's most", declaring(0x82, Long.MAX_VALUE, NOTHING)),
                arguments(
                        "sum of fragments",
                        concat(masked(0x02, new byte[4096]), masked(0x00, new byte[1]))),
                arguments(
                        "sum of many fragments",
                        concat(
                                Stream.concat(
                                                Stream.of(masked(0x02, new byte[1])),
                                                Stream.generate(() -> masked(0x00, new byte[100]))
                                                        .limit(60))
                                        .toArray(byte[][]::new))));
    }

    @Test
    void textEndsTheConnection() throws Exception {
        byte[] text = "hello".getBytes(StandardCharsets.UTF_8);
        expectClose(masked(0x81, text), 1003, "text", "text_message");
        expectClose(masked(0x01, text), 1003, "text", "text_message");
        expectClose(masked(0x81, NOTHING), 1003, "text", "text_message");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void brokenWebSocketEndsTheConnection(String name, byte[] sent) throws Exception {
        expectClose(sent, 1002, "", "broken_websocket");
    }

    static Stream<Arguments> broken() {
        byte[] start = masked(0x02, Arrays.copyOf(PING, 4));
        return Stream.of(
                arguments("not masked", unmasked(0x82, PING)),
                arguments("control frame not masked", unmasked(0x89, NOTHING)),
                arguments("reserved bit 1", masked(0xC2, PING)),
                arguments("reserved bit 2", masked(0xA2, PING)),
                arguments("reserved bit 3", masked(0x92, PING)),
                arguments("reserved bit of a ping", masked(0xC9, NOTHING)),
                arguments("opcode 3", masked(0x83, PING)),
                arguments("opcode 7", masked(0x87, PING)),
                arguments("opcode 11", masked(0x8B, NOTHING)),
                arguments("opcode 15", masked(0x8F, NOTHING)),
                arguments("continuation of nothing", masked(0x80, PING)),
                arguments("first continuation of nothing", masked(0x00, PING)),
                arguments("message within fragments", concat(start, masked(0x82, PING))),
                arguments("start within fragments", concat(start, start)),
                arguments("text within fragments", concat(start, masked(0x81, PING))),
                arguments("ping of 126 bytes", masked(0x89, new byte[126])),
                arguments("pong of 126 bytes", masked(0x8A, new byte[126])),
                arguments("close of 126 bytes", masked(0x88, new byte[126])),
                arguments("fragmented ping", masked(0x09, NOTHING)),
                arguments("fragmented close", masked(0x08, NOTHING)),
                arguments("negative length", declaring(0x82, Long.MIN_VALUE, NOTHING)),
                arguments("close of one byte", masked(0x88, new byte[] {3})),
                arguments("close with 0", close(0)),
                arguments("close with 999", close(999)),
                arguments("close with 1004", close(1004)),
                arguments("close with 1005", close(1005)),
                arguments("close with 1006", close(1006)),
                arguments("close with 1015", close(1015)),
                arguments("close with 2999", close(2999)),
                arguments(
                        "close whose reason is not UTF-8",
                        masked(0x88, new byte[] {3, (byte) 0xE8, (byte) 0xFF})));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("closes")
    void closeOfAWorkerIsAnsweredAndNotARefusal(String name, byte[] close) throws Exception {
        double refused = server.sum("frontdoor.frames.refused");
        double closed = server.sum("frontdoor.connections.closed");
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(close);

            assertThat(worker.expectClose()).isEqualTo(new Close(1000, ""));
            worker.expectEnd();
        }
        server.expectSum(closed + 1, "frontdoor.connections.closed");
        assertThat(server.sum("frontdoor.frames.refused")).isEqualTo(refused);
    }

    static Stream<Arguments> closes() {
        return Stream.of(
                arguments("without a code", masked(0x88, NOTHING)),
                arguments("1000", close(1000)),
                arguments("1001", close(1001)),
                arguments("1011", close(1011)),
                arguments("3000", close(3000)),
                arguments("4999", close(4999)),
                arguments("within fragments", concat(masked(0x02, PING), close(1000))));
    }

    @Test
    void nothingIsHandledAfterABreach() throws Exception {
        double pings = server.sum("frontdoor.frames.received", "type", "ping");
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(concat(masked(0x81, NOTHING), masked(0x82, PING), masked(0x82, PING)));
            worker.expectClose(1003);
            assertThat(worker.poll()).isNull();
            worker.expectEnd();
        }
        assertThat(server.sum("frontdoor.frames.received", "type", "ping")).isEqualTo(pings);
    }

    @Test
    void pingsOfAWorkerThatReadsAreAllAnswered() throws Exception {
        int pings = 20_000;
        ByteArrayOutputStream burst = new ByteArrayOutputStream();
        for (int i = 0; i < pings; i++) {
            burst.writeBytes(masked(0x89, new byte[0]));
        }
        burst.writeBytes(message(new Ping(0)));
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(burst.toByteArray());

            for (int i = 0; i < pings; i++) {
                worker.expectPong(new byte[0]);
            }
            worker.expect(Pong.class);
        }
    }

    @Test
    void connectionEndsThoughNothingMoreCanBeReadFromIt() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(unmasked(0x82, PING));
            worker.expectClose(1002);
            worker.expectEnd();
        }
    }

    private void expectClose(byte[] sent, int code, String reason, String label) throws Exception {
        double refused = server.sum("frontdoor.frames.refused", "reason", label);
        double closed = server.sum("frontdoor.connections.closed", "code", String.valueOf(code));
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(sent);

            assertThat(worker.expectClose(code).reason()).contains(reason);
        }
        server.expectSum(refused + 1, "frontdoor.frames.refused", "reason", label);
        server.expectSum(closed + 1, "frontdoor.connections.closed", "code", String.valueOf(code));
    }

    private static byte[] ofSize(int size) {
        byte[] message =
                FrameCodec.encode(new Unknown(0x40, 0, 0, Bytes.copyOf(new byte[size - 10])));
        assertThat(message).hasSize(size);
        return message;
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
