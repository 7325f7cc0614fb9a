package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.connection.Departures;
import dev.frontdoor.notifier.Departure;
import dev.frontdoor.notifier.Departure.Initiator;
import dev.frontdoor.protocol.Frame.Disconnect;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.ServiceContext;

import io.netty.channel.ChannelFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;

/** Pings, pongs and the close handshake of one worker's WebSocket. */
@ExtendWith(LeakGuard.class)
class WebSocketTransportTests {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SWEEP = Duration.ofMillis(260);

    private final ServiceContext service =
            new ServiceContext(
                    "frontdoor.limits.close-timeout=" + CLOSE_TIMEOUT,
                    "frontdoor.limits.connect-timeout=" + CONNECT_TIMEOUT,
                    "frontdoor.limits.registration-timeout=0s",
                    "frontdoor.heartbeat.interval=3s");
    private final WorkersPortChannel worker = WorkersPortChannel.upgraded(service);

    @AfterEach
    void stop() {
        worker.channel.finishAndReleaseAll();
        service.close();
    }

    @Test
    void silentWorkerIsSentAPing() throws Exception {
        service.time().advance(Duration.ofSeconds(3).plus(SWEEP));
        assertThat(worker.frame().firstByte()).isEqualTo(WebSocketFrame.PING);
    }

    @Test
    void pingIsAnsweredWithItsPayload() throws Exception {
        worker.receives(WebSocketFrame.masked(WebSocketFrame.PING, new byte[] {1, 2}));
        WebSocketFrame pong = worker.frame();
        assertThat(pong.firstByte()).isEqualTo(WebSocketFrame.PONG);
        assertThat(pong.payload().toByteArray()).containsExactly(1, 2);
    }

    @Test
    void channelIsClosedOnceTheWorkerHasAnsweredTheClose() throws Exception {
        expectConnectTimeout();
        assertThat(worker.channel.isOpen()).isTrue();
        worker.receives(WebSocketFrame.close(4010));
        assertThat(worker.channel.isOpen()).isFalse();
        assertThat(worker.text()).isEmpty();
    }

    @Test
    void channelIsClosedAfterTheCloseTimeoutIfTheWorkerDoesNotAnswer() throws Exception {
        expectConnectTimeout();
        service.time().advance(CLOSE_TIMEOUT.minusMillis(300));
        assertThat(worker.channel.isOpen()).isTrue();
        service.time().advance(Duration.ofMillis(300));
        assertThat(worker.channel.isOpen()).isFalse();
    }

    @Test
    void framesBehindTheCloseAreDropped() throws Exception {
        expectConnectTimeout();
        worker.receives(WebSocketFrame.message(new Disconnect(0)));
        worker.receives(WebSocketFrame.masked(WebSocketFrame.PING, new byte[0]));
        assertThat(worker.text()).isEmpty();
    }

    @Test
    void workersCloseIsAnsweredAndEndsTheChannel() throws Exception {
        worker.receives(WebSocketFrame.close(1000));
        assertThat(closeCode()).isEqualTo(1000);
        assertThat(worker.channel.isOpen()).isFalse();
        assertThat(departure().initiator()).isEqualTo(Initiator.WORKER);
    }

    @Test
    void disconnectIsAnsweredWithANormalClose() throws Exception {
        worker.receives(WebSocketFrame.message(new Disconnect(0)));
        assertThat(closeCode()).isEqualTo(1000);
        assertThat(worker.channel.isOpen()).isTrue();
        worker.receives(WebSocketFrame.close(1000));
        assertThat(worker.channel.isOpen()).isFalse();
        assertThat(departure().initiator()).isEqualTo(Initiator.WORKER);
    }

    @Test
    void channelThatBreaksHasAnAbnormalEnd() {
        ChannelFuture _ = worker.channel.close();
        assertThat(departure().code()).isEqualTo(1006);
        assertThat(departure().initiator()).isEqualTo(Initiator.NETWORK);
    }

    private void expectConnectTimeout() throws IOException {
        service.time().advance(CONNECT_TIMEOUT.dividedBy(2));
        worker.receives(WebSocketFrame.masked(WebSocketFrame.PONG, new byte[0]));
        worker.text();
        service.time().advance(Duration.ofMillis(2_900));
        worker.receives(WebSocketFrame.masked(WebSocketFrame.PONG, new byte[0]));
        service.time().advance(Duration.ofMillis(2_360));
        assertThat(closeCode()).isEqualTo(4010);
    }

    private int closeCode() throws IOException {
        WebSocketFrame close = worker.frame();
        assertThat(close.firstByte()).isEqualTo(WebSocketFrame.CLOSE);
        byte[] payload = close.payload().toByteArray();
        return Byte.toUnsignedInt(payload[0]) << 8 | Byte.toUnsignedInt(payload[1]);
    }

    private Departure departure() {
        return service.bean(Departures.class).newestFirst().getFirst().departure();
    }
}
