package dev.frontdoor.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.TestWorkerBuilder;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** What is particular to frames without WebSocket: cutting the stream, half closes, silence. */
@OpenServerTest
@ExtendWith(LoggedOutputExtension.class)
class TcpIntegrationTests {

    private static final int HEADER_SIZE = 10;

    /** What a frame may carry before Connect. */
    private static final int MAX_PAYLOAD = 64 * 1024 - HEADER_SIZE;

    /** A WorkerRegister without a payload. */
    private static final byte[] NOT_A_FRAME = {0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private final ServerUnderTest server;
    private final Workers workers;
    private final ScriptedNotifier notifier;

    TcpIntegrationTests(
            ServerUnderTest server,
            Workers workers,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier) {
        this.server = server;
        this.workers = workers;
        this.notifier = notifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void framesMayArriveInOnePieceOrByteByByte() throws Exception {
        byte[] frames =
                concat(
                        new Connect(0, ProtocolVersion.V1_0, ProtocolVersion.V1_1, Bytes.EMPTY),
                        new WorkerRegister(0, TestWorker.registration(server.newIdentity())),
                        new Ping(0));
        try (TestWorker worker = connect()) {
            worker.sendRaw(frames);
            worker.expect(ConnectAck.class);
            worker.expectAccepted();
            worker.expect(Pong.class);
        }
        try (TestWorker worker = connect()) {
            for (byte single : frames) {
                worker.sendRaw(new byte[] {single});
            }
            worker.expect(ConnectAck.class);
            worker.expectAccepted();
            worker.expect(Pong.class);
        }
    }

    @Test
    void declaredLengthIsCheckedBeforeThePayloadArrives() throws Exception {
        for (int length : new int[] {MAX_PAYLOAD + 1, Integer.MIN_VALUE, -1}) {
            try (TestWorker worker = connect()) {
                worker.sendRaw(header(length));
                assertThat(worker.expect(ConnectError.class).message())
                        .startsWith("a frame of %s bytes".formatted(size(length)));
                worker.expectClose(1009);
            }
        }
        try (TestWorker worker = connect()) {
            worker.sendRaw(header(MAX_PAYLOAD));
            worker.sendRaw(new byte[MAX_PAYLOAD]);
            worker.sendRaw(header(0));
            worker.send(new Ping(0));
            worker.expect(Pong.class);
        }
    }

    private static byte[] header(int length) {
        return ByteBuffer.allocate(HEADER_SIZE).put((byte) 0x70).putInt(6, length).array();
    }

    private static long size(int length) {
        return HEADER_SIZE + Integer.toUnsignedLong(length);
    }

    @Test
    void workerThatEndsItsHalfLeavesAsPlanned() throws Exception {
        double closed = server.sum("frontdoor.connections.closed", "code", "1000");
        try (TestWorker worker = register(server.newIdentity())) {
            worker.halfClose();
            worker.expectClose(1000);
            worker.expectEnd();
        }
        server.expectNobody();
        server.expectSum(closed + 1, "frontdoor.connections.closed", "code", "1000");
    }

    @Test
    void answersThatWereWrittenReachAWorkerThatEndsItsHalf() throws Exception {
        int pings = 20_000;
        ByteArrayOutputStream burst = new ByteArrayOutputStream();
        for (int i = 0; i < pings; i++) {
            burst.writeBytes(FrameCodec.encode(new Ping(0)));
        }
        try (TestWorker worker = connect()) {
            worker.sendRaw(burst.toByteArray());
            worker.halfClose();
            for (int i = 0; i < pings; i++) {
                worker.expect(Pong.class);
            }
            worker.expectClose(1000);
        }
    }

    @Test
    void endWithinAFrameIsABreak() throws Exception {
        double broken = server.sum("frontdoor.connections.closed", "code", "1006");
        try (TestWorker worker = register(server.newIdentity())) {
            worker.sendStart(FrameCodec.encode(new Ping(0)), 5);
            worker.halfClose();
            worker.expectEnd();
        }
        server.expectNobody();
        server.expectSum(broken + 1, "frontdoor.connections.closed", "code", "1006");
    }

    @Test
    void refusalReachesAWorkerThatHasSentMoreThanIsRead() throws Exception {
        byte[] large =
                FrameCodec.encode(new Unknown(0x70, 0, 1, Bytes.copyOf(new byte[8 * 1024 * 1024])));
        for (int i = 0; i < 10; i++) {
            try (TestWorker worker = connect()) {
                worker.pause();
                worker.sendBytes(large);
                worker.resume();
                ConnectError refusal = worker.expect(ConnectError.class);
                assertThat(refusal.reasonCode()).isEqualTo(9);
                assertThat(refusal.message()).contains("65536");
                worker.expectClose(1009);
            }
        }
    }

    @Test
    void refusalFollowsWhatIsPendingEvenIfTheWorkerHasEndedItsHalf() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = worker().receiveBuffer(4096).connect()) {
            worker.register(TestWorker.registration(identity));
            worker.send(new Ping(0));
            worker.expect(Pong.class);
            worker.pause();
            long pid = notifier.pidOf(identity);
            boolean pushed = true;
            for (int i = 0; i < 40 && pushed; i++) {
                pushed = !push(pid).isCompletedExceptionally();
                // What was pushed is written meanwhile.
                server.read("/actuator/registrations");
            }
            assertThat(pushed).as("everything fits into the system's buffers").isFalse();
            worker.sendRaw(NOT_A_FRAME);
            worker.halfClose();
            server.expectNobody();
            worker.resume();

            Frame last = worker.expect(Frame.Push.class);
            while (last instanceof Frame.Push) {
                last = worker.expect(Frame.class);
            }
            assertThat(last)
                    .isInstanceOfSatisfying(
                            ConnectError.class,
                            refusal -> assertThat(refusal.reasonCode()).isEqualTo(9));
            worker.expectEnd();
        }
    }

    private CompletableFuture<byte[]> push(long pid) {
        return workers.push(pid, new byte[900_000], ServerUnderTest.MAX_WAIT);
    }

    @Test
    void connectionThatSaysNothingMakesNoNoise(CapturedOutput log) throws Exception {
        double silent = server.sum("frontdoor.tcp.entries.refused", "reason", "silent");
        double opened = server.sum("frontdoor.connections.opened");
        int before = log.getAll().length();
        for (int i = 0; i < 5; i++) {
            new Socket(InetAddress.getLoopbackAddress(), server.tcp().getPort()).close();
            try (Socket reset =
                    new Socket(InetAddress.getLoopbackAddress(), server.tcp().getPort())) {
                reset.setSoLinger(true, 0);
            }
        }
        ServerUnderTest.eventually(() ->
                assertThat(
                                server.sum("frontdoor.tcp.entries.refused", "reason", "silent")
                                        + server.sum(
                                                "frontdoor.tcp.entries.refused",
                                                "reason",
                                                "broken"))
                        .isGreaterThanOrEqualTo(silent + 10));
        assertThat(server.sum("frontdoor.connections.opened")).isEqualTo(opened);
        assertThat(log.getAll().substring(before)).isEmpty();
    }

    @Test
    void pushFromTheMomentOfAdmissionIsAnswered() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = connect()) {
            worker.register(TestWorker.registration(identity));
            var push =
                    workers.push(
                            notifier.pidOf(identity), new byte[] {1}, ServerUnderTest.MAX_WAIT);
            Frame.Push received = worker.expect(Frame.Push.class);
            worker.send(TestWorker.reply(received, new byte[] {2}));
            assertThat(push).succeedsWithin(ServerUnderTest.MAX_WAIT).isEqualTo(new byte[] {2});
        }
    }

    private TestWorkerBuilder worker() {
        return TestWorker.to(server.tcp()).timeout(ServerUnderTest.MAX_WAIT);
    }

    private TestWorker connect() throws Exception {
        return worker().connect();
    }

    private TestWorker register(String identity) throws Exception {
        TestWorker worker = connect();
        worker.register(TestWorker.registration(identity));
        return worker;
    }

    private static byte[] concat(Frame... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Frame frame : frames) {
            all.writeBytes(FrameCodec.encode(frame));
        }
        return all.toByteArray();
    }
}
