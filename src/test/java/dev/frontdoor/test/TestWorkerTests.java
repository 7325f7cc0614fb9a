package dev.frontdoor.test;

import static dev.frontdoor.test.WebSocketFrame.BINARY;
import static dev.frontdoor.test.WebSocketFrame.CLOSE;
import static dev.frontdoor.test.WebSocketFrame.PING;
import static dev.frontdoor.test.WebSocketFrame.PONG;
import static dev.frontdoor.test.WebSocketFrame.closePayload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.notifier.PushRefusal.Code;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Disconnect;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.ScriptedServer.Peer;
import dev.frontdoor.test.TestWorker.Close;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

class TestWorkerTests {

    private static final Duration SHORT = Duration.ofMillis(50);

    private ScriptedServer server;
    private TestWorker worker;
    private Peer peer;

    @BeforeEach
    void connect() throws Exception {
        server = ScriptedServer.granting();
        use(TestWorker.to(server.uri()));
    }

    @AfterEach
    void close() throws Exception {
        worker.close();
        peer.close();
        server.close();
    }

    private void use(TestWorkerBuilder builder) throws Exception {
        if (worker != null) {
            worker.close();
        }
        worker = builder.connect();
        peer = server.peer();
    }

    @Test
    void upgradeIsAnOrdinaryRequestWithoutExtensionsSubprotocolOrOrigin() throws Exception {
        assertThat(peer.head())
                .startsWith("GET /liminal HTTP/1.1\r\n")
                .contains("Host: 127.0.0.1:" + server.uri().getPort() + "\r\n")
                .contains("Upgrade: websocket\r\n")
                .contains("Connection: Upgrade\r\n")
                .contains("Sec-WebSocket-Version: 13\r\n")
                .doesNotContain("Extensions", "Protocol:", "Origin");
        assertThat(worker.responseHeader("UPGRADE")).containsExactly("websocket");
        assertThat(worker.responseHeader("Sec-WebSocket-Extensions")).isEmpty();
    }

    @Test
    void requestHeadersCanBeAddedRepeatedAndLeftOut() throws Exception {
        use(
                TestWorker.to(server.uri())
                        .header("Origin", "https://a.example")
                        .header("Origin", "https://b.example")
                        .withoutHeader("sec-websocket-version")
                        .header("Sec-WebSocket-Version", "12"));

        assertThat(peer.head())
                .contains("Origin: https://a.example\r\nOrigin: https://b.example\r\n")
                .contains("Sec-WebSocket-Version: 12\r\n")
                .doesNotContain("Version: 13");
    }

    @Test
    void requestCanBeReplacedAsAWhole() throws Exception {
        use(TestWorker.to(server.uri()).rawRequest("BREW /pot HTTP/1.1\r\n\r\n"));

        assertThat(peer.head()).isEqualTo("BREW /pot HTTP/1.1\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\n\r\nbusy and more",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nbus\r\n1;x=y\r\ny\r\n0\r\n\r\n"
            })
    void refusedUpgradeTellsStatusHeadersAndBody(String rest) throws Exception {
        try (var refusing =
                ScriptedServer.answering(
                        head -> "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n" + rest)) {
            assertThatExceptionOfType(UpgradeRefusedException.class)
                    .isThrownBy(() -> TestWorker.connect(refusing.uri()))
                    .satisfies(refused -> {
                        assertThat(refused.status()).isEqualTo(503);
                        assertThat(refused.header("retry-AFTER")).containsExactly("7");
                        assertThat(refused.header("Allow")).isEmpty();
                        assertThat(refused.body()).isEqualTo("busy");
                    });
        }
    }

    @Test
    void anUpgradeThatIsNotAnsweredFailsWithinTheTimeLimit() throws Exception {
        try (var silent = ScriptedServer.answering(head -> "HTTP/1.1 101 Swi")) {
            TestWorkerBuilder builder = TestWorker.to(silent.uri()).timeout(SHORT);
            assertThatThrownBy(builder::connect)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(UpgradeRefusedException.class);
        }
    }

    @Test
    void aConnectionThatEndsBeforeAnyAnswerFails() throws Exception {
        try (var closing = ScriptedServer.answering(head -> "")) {
            assertThatThrownBy(() -> TestWorker.connect(closing.uri()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void anUpgradeWithAWrongAcceptFails() throws Exception {
        try (var wrong =
                ScriptedServer.answering(
                        head -> ScriptedServer.grant("Sec-WebSocket-Key: x\r\n"))) {
            assertThatThrownBy(() -> TestWorker.connect(wrong.uri()))
                    .hasMessageContaining("Sec-WebSocket-Accept");
        }
    }

    @Test
    void framesAreSentAsOneMaskedBinaryMessageEach() throws Exception {
        WorkerRegister register = new WorkerRegister(0, TestWorker.registration("w-1"));

        worker.send(register);
        worker.send(new Ping(0));

        assertThat(received(BINARY)).isEqualTo(FrameCodec.encode(register));
        assertThat(received(BINARY)).isEqualTo(FrameCodec.encode(new Ping(0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 125, 126, 65535, 65536, 1_000_000})
    void messagesOfEveryLengthFormTravelBothWays(int payload) throws Exception {
        Push push = new Push(0, 1, 7, Bytes.copyOf(new byte[payload]));
        byte[] bytes = FrameCodec.encode(push);
        Thread writer =
                Thread.ofVirtual()
                        .start(() -> {
                            worker.sendBytes(bytes);
                        });

        assertThat(received(BINARY)).isEqualTo(bytes);
        peer.write(BINARY, bytes);
        worker.expect(push);
        assertThat(writer.join(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void aFragmentedMessageIsCutWhereItIsTold() throws Exception {
        worker.sendFragmented(new byte[] {1, 2, 3, 4, 5}, 0, 2, 2);

        assertThat(received(0x02)).isEmpty();
        assertThat(received(0x00)).containsExactly(1, 2);
        assertThat(received(0x00)).isEmpty();
        assertThat(received(0x80)).containsExactly(3, 4, 5);
    }

    @Test
    void textsAndRawBytesAreSentAsTheyAre() throws Exception {
        worker.sendText("häuser");
        worker.sendRaw(new byte[] {(byte) 0xF3, 1, 9});

        assertThat(received(0x81)).isEqualTo("häuser".getBytes(StandardCharsets.UTF_8));
        WebSocketFrame raw = peer.read();
        assertThat(raw.firstByte()).isEqualTo(0xF3);
        assertThat(raw.masked()).isFalse();
        assertThat(raw.payload()).isEqualTo(Bytes.ofHex("09"));
    }

    @Test
    void registeringReturnsTheDecision() throws Exception {
        write(WorkerRegisterAck.rejected("no room"));
        assertThat(worker.register(TestWorker.registration("w-1")).rejection())
                .isEqualTo("no room");
        write(WorkerRegisterAck.ACCEPTED);
        assertThat(worker.register(Registrations.of("w-1").node("n").build()).accepted()).isTrue();
    }

    @Test
    void tokenIsSentInAConnectWhoseAckIsAwaited() throws Exception {
        ConnectAck ack = new ConnectAck(0, ProtocolVersion.V1_0, 0);
        write(ack);

        assertThat(worker.authenticate("s3cret")).isEqualTo(ack);

        Frame connect = FrameCodec.decode(ByteBuffer.wrap(received(BINARY)));
        assertThat(((Frame.Connect) connect).authToken())
                .isEqualTo(Bytes.copyOf("s3cret".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void framesAreExpectedInTheirOrder() throws Exception {
        write(new Pong(0), WorkerRegisterAck.ACCEPTED, WorkerRegisterAck.rejected("later"));

        worker.expect(Pong.class);
        worker.expectAccepted();
        worker.expectRejected("later");
        assertThat(worker.poll()).isNull();
        assertThat(worker.receivedCount()).isEqualTo(3);
    }

    @Test
    void anotherFrameThanExpectedIsNamed() throws Exception {
        write(new Pong(0), WorkerRegisterAck.rejected("no"), WorkerRegisterAck.rejected("no"));

        assertThatThrownBy(() -> worker.expect(Push.class))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected Push, got Pong[flags=0]");
        assertThatThrownBy(worker::expectAccepted)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("rejection=no");
        assertThatThrownBy(() -> worker.expectRejected("yes"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("rejection=yes")
                .hasMessageContaining("rejection=no");
    }

    @Test
    void whatDoesNotComeFailsWithinTheTimeLimit() throws Exception {
        use(TestWorker.to(server.uri()).timeout(SHORT));

        assertThatThrownBy(() -> worker.expect(Push.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected Push")
                .hasMessageContaining("PT0.05S");
        assertThatThrownBy(() -> worker.expectPong(new byte[0])).isInstanceOf(AssertionError.class);
        assertThatThrownBy(worker::expectClose).isInstanceOf(AssertionError.class);
        assertThatThrownBy(worker::expectEnd).isInstanceOf(AssertionError.class);
    }

    @Test
    void nothingIsExpectedUpToTheAnswerToAPing() throws Exception {
        write(new Pong(0));
        worker.expectNothing();
        assertThat(received(BINARY)).isEqualTo(FrameCodec.encode(new Ping(0)));

        write(WorkerRegisterAck.ACCEPTED, new Pong(0));
        assertThatThrownBy(worker::expectNothing).hasMessageContaining("WorkerRegisterAck");
    }

    @Test
    void pingsOfTheServiceAreAnsweredUnlessToldNotTo() throws Exception {
        peer.write(PING, new byte[] {1, 2});
        assertThat(received(PONG)).containsExactly(1, 2);

        worker.answerPings(false);
        peer.write(PING, new byte[] {3});
        write(new Pong(0));
        worker.expect(Pong.class);
        worker.answerPings(true);
        peer.write(PING, new byte[] {4});
        assertThat(received(PONG)).containsExactly(4);
    }

    @Test
    void pingIsAnsweredByAPongOfTheSamePayload() throws Exception {
        worker.ping(new byte[] {5, 6});
        byte[] payload = received(PING);
        assertThat(payload).containsExactly(5, 6);
        peer.write(PONG, payload);
        peer.write(PONG, payload);

        worker.expectPong(new byte[] {5, 6});
        assertThatThrownBy(() -> worker.expectPong(new byte[] {7}))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected a pong of 07, got 0506");
    }

    @Test
    void fragmentsOfTheServiceMakeOneFrameWithAPingInBetween() throws Exception {
        byte[] bytes = FrameCodec.encode(WorkerRegisterAck.rejected("a reason"));
        peer.write(0x02, slice(bytes, 0, 4));
        peer.write(PING, new byte[] {1});
        peer.write(0x00, slice(bytes, 4, 9));
        peer.write(0x80, slice(bytes, 9, bytes.length));

        worker.expectRejected("a reason");
        assertThat(received(PONG)).containsExactly(1);
    }

    @Test
    void pushesAreAnsweredOnTheirOwnAndNotSeen() throws Exception {
        worker.replyToPushes(payload -> new byte[] {(byte) (payload[0] + 1)});
        write(new Push(0, 3, 99, Bytes.ofHex("07")), new Pong(0));

        assertThat(received(BINARY))
                .isEqualTo(FrameCodec.encode(new PushReply(0, 3, 99, Bytes.ofHex("08"))));
        worker.expect(Pong.class);
        assertThat(worker.receivedCount()).isEqualTo(2);
    }

    @Test
    void pushIsAnsweredWithAReplyOrARefusal() throws Exception {
        worker.answerPushes(push ->
                push.payload().size() > 1
                        ? TestWorker.refusal(push, Code.BUSY, "no place left")
                        : TestWorker.reply(push, new byte[] {8}));
        write(new Push(0, 3, 99, Bytes.ofHex("07")), new Push(0, 3, 100, Bytes.ofHex("0707")));

        assertThat(received(BINARY))
                .isEqualTo(FrameCodec.encode(new PushReply(0, 3, 99, Bytes.ofHex("08"))));
        assertThat(received(BINARY))
                .isEqualTo(
                        FrameCodec.encode(
                                new PushReply(
                                        0x01,
                                        3,
                                        100,
                                        utf8("{\"code\":\"busy\",\"words\":\"no place left\"}"))));
    }

    @ParameterizedTest
    @EnumSource
    void refusalIsSpelledCanonically(Code code) {
        Push push = new Push(0, 1, -1, Bytes.EMPTY);

        PushReply refusal =
                TestWorker.refusal(
                        push, code, "\"a\\b\"\b\f\n\r\t\u0000\u001f\u007f/é\uD83D\uDE80");

        assertThat(refusal)
                .isEqualTo(
                        new PushReply(
                                0x01,
                                1,
                                -1,
                                utf8(
                                        "{\"code\":\"%s\",\"words\":\"%s\"}"
                                                .formatted(
                                                        code.label(),
                                                        "\\\"a\\\\b\\\"\\b\\f\\n\\r\\t\\u0000\\u001f\u007f/é\uD83D\uDE80"))));
    }

    @Test
    void wordsOfARefusalAreBounded() {
        Push push = new Push(0, 1, 7, Bytes.EMPTY);
        assertThat(TestWorker.refusal(push, Code.INVALID, "é".repeat(512)).payload().size())
                .isEqualTo("{\"code\":\"invalid\",\"words\":\"\"}".length() + 1024);

        assertThatThrownBy(() -> TestWorker.refusal(push, Code.INVALID, "é".repeat(512) + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("words may have at most 1024 bytes, but had 1025");
    }

    @Test
    void aReplyThatThrowsFailsWhatIsExpectedNext() throws Exception {
        worker.replyToPushes(payload -> {
            throw new IllegalStateException("no reply today");
        });
        write(new Push(0, 3, 99, Bytes.EMPTY));

        assertThatThrownBy(() -> worker.expect(Pong.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no reply today");
    }

    @Test
    void aCloseOfTheServiceIsToldAndAnswered() throws Exception {
        write(new ConnectError(0, 6, "bad token"));
        peer.write(CLOSE, closePayload(1008, "bad töken"));

        assertThat(worker.expectClose()).isEqualTo(new Close(1008, "bad töken"));
        assertThat(worker.expectClose(1008).reason()).isEqualTo("bad töken");
        assertThat(worker.isOpen()).isFalse();
        assertThat(received(CLOSE)).isEqualTo(closePayload(1008, "bad töken"));
        peer.close();
        worker.expectEnd();
        assertThat(worker.expect(ConnectError.class).reasonCode()).isEqualTo(6);
        assertThatThrownBy(() -> worker.expect(Pong.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("1008");
        assertThatThrownBy(() -> worker.expectClose(1000))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("1008");
    }

    @Test
    void aCloseFrameWithoutACodeIs1005() throws Exception {
        peer.write(CLOSE, new byte[0]);

        worker.expectClose(1005);
    }

    @Test
    void aSocketThatEndsWithoutACloseFrameIs1006() throws Exception {
        assertThat(worker.isOpen()).isTrue();
        peer.close();

        worker.expectClose(1006);
        worker.expectEnd();
        assertThat(worker.isOpen()).isFalse();
    }

    @Test
    void aResetByTheServiceIs1006() throws Exception {
        peer.socket().setSoLinger(true, 0);
        peer.close();

        assertThat(worker.expectClose(1006).reason()).contains("reset");
    }

    @Test
    void sendingOnAConnectionThatHasEndedThrows() throws Exception {
        peer.close();
        worker.expectEnd();

        assertThatThrownBy(() -> worker.send(new Ping(0))).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void closingSendsACloseFrameOnceAndWaitsForTheAnswer() throws Exception {
        worker.close(4321, "done");
        assertThat(worker.isOpen()).isFalse();
        assertThat(received(CLOSE)).isEqualTo(closePayload(4321, "done"));
        peer.write(CLOSE, closePayload(4321, "done"));
        assertThat(worker.expectClose()).isEqualTo(new Close(4321, "done"));
        worker.close();

        assertThat(peer.socket().getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void leavingATryBlockClosesWith1000() throws Exception {
        worker.close();

        assertThat(received(CLOSE)).isEqualTo(closePayload(1000, ""));
        assertThat(peer.socket().getInputStream().read()).isEqualTo(-1);
        worker.expectEnd();
    }

    @Test
    void leavingATryBlockDoesNotFailIfNoMoreCanBeSent() {
        worker.halfClose();
        worker.close();

        worker.expectEnd();
        assertThat(worker.isOpen()).isFalse();
    }

    @Test
    void disconnectIsAFrame() throws Exception {
        worker.disconnect();

        assertThat(received(BINARY)).isEqualTo(FrameCodec.encode(new Disconnect(0)));
    }

    @Test
    void vanishingResetsTheSocketAndSaysNothing() throws Exception {
        worker.vanish();

        assertThatThrownBy(() -> peer.socket().getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        worker.expectClose(1006);
        assertThat(worker.isOpen()).isFalse();
    }

    @Test
    void halfClosingEndsTheSendingSideOnly() throws Exception {
        worker.halfClose();

        assertThat(peer.socket().getInputStream().read()).isEqualTo(-1);
        write(WorkerRegisterAck.ACCEPTED);
        worker.expectAccepted();
    }

    @Test
    void aPausedWorkerReceivesNothingUntilItResumes() throws Exception {
        use(TestWorker.to(server.uri()).receiveBuffer(4096));
        worker.pause();
        write(WorkerRegisterAck.ACCEPTED);

        peer.socket().setSendBufferSize(4096);
        Thread flood = Thread.ofVirtual().start(this::writeUntilCutOff);
        assertThat(flood.join(Duration.ofMillis(200))).as("the flood ended").isFalse();
        assertThat(worker.receivedCount()).isZero();

        worker.resume();
        worker.expectAccepted();
        worker.expect(Push.class);
        worker.vanish();
        assertThat(flood.join(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void aPausedWorkerCanBeClosed() throws Exception {
        worker.pause();
        worker.close();

        worker.expectEnd();
    }

    @Test
    void aServiceThatDoesNotReadFailsASendWithinTheTimeLimit() throws Exception {
        use(TestWorker.to(server.uri()).timeout(SHORT));

        assertThatThrownBy(() -> worker.sendBytes(new byte[32 << 20]))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("did not take");
        worker.expectClose(1006);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "810178", // a text
                "c200", // a reserved bit
                "828000000000", // masked
                "8300", // a reserved opcode
                "8b00", // a reserved control opcode
                "0900", // a fragmented ping
                "897e0080", // a long ping
                "8000", // a continuation of nothing
                "02008200", // a message inside a message
                "827fffffffffffffffff", // a negative length
                "827f0000000100000000", // four gigabytes
                "82021300", // not a whole frame
                "820b1300000000000000000000", // bytes after the frame
                "880103", // half a close code
                "880403e8c328", // a close reason that is not UTF-8
                "880203e88900" // a ping after the close
            })
    void whatAServiceMayNotSendFailsWhatIsExpectedNext(String hex) throws Exception {
        peer.socket().getOutputStream().write(HexFormat.of().parseHex(hex));
        peer.socket().shutdownOutput();

        assertThatThrownBy(
                        () -> {
                            worker.expectEnd();
                            worker.expect(Pong.class);
                        })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the service broke the protocol");
    }

    @Test
    void thousandsAtOnceFitIntoOneTestJvm() throws Exception {
        List<TestWorker> workers = new ArrayList<>();
        List<Peer> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                workers.add(TestWorker.connect(server.uri()));
                peers.add(server.peer());
            }
            for (Peer each : peers) {
                each.write(BINARY, FrameCodec.encode(WorkerRegisterAck.ACCEPTED));
            }
            workers.forEach(TestWorker::expectAccepted);
        } finally {
            workers.forEach(TestWorker::vanish);
            for (Peer each : peers) {
                each.close();
            }
        }
    }

    private byte[] received(int firstByte) throws IOException {
        WebSocketFrame frame = peer.read();
        assertThat(frame.firstByte()).isEqualTo(firstByte);
        assertThat(frame.masked()).isTrue();
        return frame.payload().toByteArray();
    }

    private void write(Frame... frames) throws IOException {
        for (Frame frame : frames) {
            peer.write(BINARY, FrameCodec.encode(frame));
        }
    }

    private void writeUntilCutOff() {
        byte[] push = FrameCodec.encode(new Push(0, 1, 1, Bytes.copyOf(new byte[1000])));
        try {
            while (true) {
                peer.write(BINARY, push);
            }
        } catch (IOException e) {
            // The worker is gone.
        }
    }

    private static Bytes utf8(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }
}
