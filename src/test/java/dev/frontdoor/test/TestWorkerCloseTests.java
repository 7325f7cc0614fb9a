package dev.frontdoor.test;

import static dev.frontdoor.test.WebSocketFrame.BINARY;
import static dev.frontdoor.test.WebSocketFrame.CLOSE;
import static dev.frontdoor.test.WebSocketFrame.closePayload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Disconnect;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.test.ScriptedServer.Peer;
import dev.frontdoor.test.TestWorker.Close;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** How a worker ends its connection or pauses, and how it sees the end. */
class TestWorkerCloseTests {

    private static final Duration SHORT = Duration.ofMillis(50);
    private static final int MORE_THAN_BUFFERS_TAKE = 32 * 1024 * 1024;

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
    void aCloseOfTheServiceIsToldAndAnswered() throws Exception {
        fixture.write(new ConnectError(0, 6, "bad token"));
        peer.write(CLOSE, closePayload(1008, "bad töken"));

        assertThat(worker.expectClose()).isEqualTo(new Close(1008, "bad töken"));
        assertThat(worker.expectClose(1008).reason()).isEqualTo("bad töken");
        assertThat(worker.isOpen()).isFalse();
        assertThat(fixture.received(CLOSE)).isEqualTo(closePayload(1008, "bad töken"));
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
        assertThat(fixture.received(CLOSE)).isEqualTo(closePayload(4321, "done"));
        peer.write(CLOSE, closePayload(4321, "done"));
        assertThat(worker.expectClose()).isEqualTo(new Close(4321, "done"));
        worker.close();

        assertThat(peer.socket().getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void leavingATryBlockClosesWith1000() throws Exception {
        worker.close();

        assertThat(fixture.received(CLOSE)).isEqualTo(closePayload(1000, ""));
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

        assertThat(fixture.received(BINARY)).isEqualTo(FrameCodec.encode(new Disconnect(0)));
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
        fixture.write(WorkerRegisterAck.ACCEPTED);
        worker.expectAccepted();
    }

    @Test
    void aPausedWorkerReceivesNothingUntilItResumes() throws Exception {
        worker = fixture.connect(TestWorker.to(fixture.uri()).receiveBuffer(4096));
        peer = fixture.peer();
        worker.pause();
        fixture.write(WorkerRegisterAck.ACCEPTED);

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
        worker = fixture.connect(TestWorker.to(fixture.uri()).timeout(SHORT));

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
    void aMessageIsSentToItsEndThoughTheServiceHasEndedMeanwhile() throws Exception {
        byte[] large = new byte[MORE_THAN_BUFFERS_TAKE];
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> worker.sendBytes(large));
        assertThat(peer.socket().getInputStream().readNBytes(1000)).hasSize(1000);
        peer.socket().shutdownOutput();
        worker.expectEnd();

        long rest = peer.socket().getInputStream().transferTo(OutputStream.nullOutputStream());

        sending.get(10, TimeUnit.SECONDS);
        assertThat(rest).isGreaterThanOrEqualTo(large.length - 1000);
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
}
