package dev.frontdoor.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.ServiceContext;
import dev.frontdoor.test.server.TestChannel;

import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Many small frames that arrive at once. */
@ExtendWith(LeakGuard.class)
class TcpFloodTests {

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private static final int ENTRY_OVERHEAD = 96;

    private static final byte[] PONG = FrameCodec.encode(new Pong(0));

    private final ServiceContext service = new ServiceContext("frontdoor.tcp.port=0");

    @AfterEach
    void stop() {
        service.bean(TcpServer.class).stop();
        service.close();
    }

    @Test
    void pingsThatArriveFasterThanTheyAreHandledAreAllAnswered() throws Exception {
        int pings = 20_000;
        int port = service.bean(TcpServer.class).port();
        try (Socket worker = new Socket(InetAddress.getLoopbackAddress(), port)) {
            worker.setSoTimeout(Math.toIntExact(MAX_WAIT.toMillis()));
            worker.getOutputStream().write(pings(pings));

            assertThat(received(worker, pings * PONG.length)).isEqualTo(pings * PONG.length);
        }
    }

    @Test
    void pingsOfAWorkerThatLeavesBehindThemAreAllAnswered() throws Exception {
        int pings = 20_000;
        int port = service.bean(TcpServer.class).port();
        try (Socket worker = new Socket(InetAddress.getLoopbackAddress(), port)) {
            worker.setSoTimeout(Math.toIntExact(MAX_WAIT.toMillis()));
            worker.getOutputStream().write(pings(pings));
            worker.shutdownOutput();

            assertThat(worker.getInputStream().readAllBytes()).hasSize(pings * PONG.length);
        }
    }

    @Test
    void workerThatReadsAgainIsReadAgainAndAllItHasSentIsAnswered() {
        int pings = 5_001;
        byte[] sent = pings(pings);
        TestChannel channel = service.time().channel();
        service.bean(TcpPipeline.class).install(channel, null);
        channel.stopTaking();
        int half = sent.length / 2 + 5;
        channel.writeInbound(Unpooled.copiedBuffer(sent, 0, half));
        assertThat(channel.config().isAutoRead()).isFalse();

        takeAll(channel);
        service.time().runTasks();
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.writeInbound(Unpooled.copiedBuffer(sent, half, sent.length - half));
        takeAll(channel);
        assertThat(channel.pendingBytes()).isZero();
        assertThat(service.value("frontdoor.frames.received", "type", "ping")).isEqualTo(pings);
        channel.finishAndReleaseAll();
    }

    /** How many bytes of those expected arrive in time. */
    private static int received(Socket worker, int expected) throws IOException {
        InputStream in = new BufferedInputStream(worker.getInputStream());
        int count = 0;
        try {
            while (count < expected && in.read() >= 0) {
                count++;
            }
        } catch (SocketTimeoutException e) {
            return count;
        }
        return count;
    }

    /** The peer takes all answers that wait; Netty counts some bytes more for each. */
    private static void takeAll(TestChannel channel) {
        channel.take(channel.pendingBytes() / (PONG.length + ENTRY_OVERHEAD) * PONG.length);
    }

    private static byte[] pings(int count) {
        byte[] ping = FrameCodec.encode(new Ping(0));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(count * ping.length);
        for (int i = 0; i < count; i++) {
            bytes.writeBytes(ping);
        }
        return bytes.toByteArray();
    }
}
