package dev.frontdoor.test;

import static dev.frontdoor.test.WebSocketFrame.BINARY;
import static dev.frontdoor.test.WebSocketFrame.PING;
import static dev.frontdoor.test.WebSocketFrame.PONG;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.ScriptedServer.Peer;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The frames that a worker sends, receives and expects. */
class TestWorkerTests {

    private static final Duration SHORT = Duration.ofMillis(50);

    @AutoClose private ScriptedServerFixture fixture;
    private TestWorker worker;
    private Peer peer;

    @BeforeEach
    void connect() throws Exception {
        fixture = new ScriptedServerFixture();
        worker = fixture.worker();
        peer = fixture.peer();
    }

    @Test
    void framesAreSentAsOneMaskedBinaryMessageEach() throws Exception {
        WorkerRegister register = new WorkerRegister(0, TestWorker.registration("w-1"));

        worker.send(register);
        worker.send(new Ping(0));

        assertThat(fixture.received(BINARY)).isEqualTo(FrameCodec.encode(register));
        assertThat(fixture.received(BINARY)).isEqualTo(FrameCodec.encode(new Ping(0)));
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

        assertThat(fixture.received(BINARY)).isEqualTo(bytes);
        peer.write(BINARY, bytes);
        worker.expect(push);
        assertThat(writer.join(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void aFragmentedMessageIsCutWhereItIsTold() throws Exception {
        worker.sendFragmented(new byte[] {1, 2, 3, 4, 5}, 0, 2, 2);

        assertThat(fixture.received(0x02)).isEmpty();
        assertThat(fixture.received(0x00)).containsExactly(1, 2);
        assertThat(fixture.received(0x00)).isEmpty();
        assertThat(fixture.received(0x80)).containsExactly(3, 4, 5);
    }

    @Test
    void textsAndRawBytesAreSentAsTheyAre() throws Exception {
        worker.sendText("häuser");
        worker.sendRaw(new byte[] {(byte) 0xF3, 1, 9});

        assertThat(fixture.received(0x81)).isEqualTo("häuser".getBytes(StandardCharsets.UTF_8));
        WebSocketFrame raw = peer.read();
        assertThat(raw.firstByte()).isEqualTo(0xF3);
        assertThat(raw.masked()).isFalse();
        assertThat(raw.payload()).isEqualTo(Bytes.ofHex("09"));
    }

    @Test
    void registeringReturnsTheDecision() throws Exception {
        fixture.write(WorkerRegisterAck.rejected("no room"));
        assertThat(worker.register(TestWorker.registration("w-1")).rejection())
                .isEqualTo("no room");
        fixture.write(WorkerRegisterAck.ACCEPTED);
        assertThat(worker.register(Registrations.of("w-1").node("n").build()).accepted()).isTrue();
    }

    @Test
    void tokenIsSentInAConnectWhoseAckIsAwaited() throws Exception {
        ConnectAck ack = new ConnectAck(0, ProtocolVersion.V1_0, 0);
        fixture.write(ack);

        assertThat(worker.authenticate("s3cret")).isEqualTo(ack);

        Frame connect = FrameCodec.decode(ByteBuffer.wrap(fixture.received(BINARY)));
        assertThat(((Frame.Connect) connect).authToken())
                .isEqualTo(Bytes.copyOf("s3cret".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void framesAreExpectedInTheirOrder() throws Exception {
        fixture.write(new Pong(0), WorkerRegisterAck.ACCEPTED, WorkerRegisterAck.rejected("later"));

        worker.expect(Pong.class);
        worker.expectAccepted();
        worker.expectRejected("later");
        assertThat(worker.poll()).isNull();
        assertThat(worker.receivedCount()).isEqualTo(3);
    }

    @Test
    void anotherFrameThanExpectedIsNamed() throws Exception {
        fixture.write(
                new Pong(0), WorkerRegisterAck.rejected("no"), WorkerRegisterAck.rejected("no"));

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
        worker = fixture.connect(TestWorker.to(fixture.uri()).timeout(SHORT));

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
        fixture.write(new Pong(0));
        worker.expectNothing();
        assertThat(fixture.received(BINARY)).isEqualTo(FrameCodec.encode(new Ping(0)));

        fixture.write(WorkerRegisterAck.ACCEPTED, new Pong(0));
        assertThatThrownBy(worker::expectNothing).hasMessageContaining("WorkerRegisterAck");
    }

    @Test
    void pingsOfTheServiceAreAnsweredUnlessToldNotTo() throws Exception {
        peer.write(PING, new byte[] {1, 2});
        assertThat(fixture.received(PONG)).containsExactly(1, 2);

        worker.answerPings(false);
        peer.write(PING, new byte[] {3});
        fixture.write(new Pong(0));
        worker.expect(Pong.class);
        worker.answerPings(true);
        peer.write(PING, new byte[] {4});
        assertThat(fixture.received(PONG)).containsExactly(4);
    }

    @Test
    void pingIsAnsweredByAPongOfTheSamePayload() throws Exception {
        worker.ping(new byte[] {5, 6});
        byte[] payload = fixture.received(PING);
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
        assertThat(fixture.received(PONG)).containsExactly(1);
    }

    @Test
    void thousandsAtOnceFitIntoOneTestJvm() throws Exception {
        List<TestWorker> workers = new ArrayList<>();
        List<Peer> peers = new ArrayList<>();
        try (ScriptedServer server = ScriptedServer.granting()) {
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

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }
}
