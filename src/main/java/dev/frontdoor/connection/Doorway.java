package dev.frontdoor.connection;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;

import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Mounts the workers' path on Boot's own server: puts an {@link UpgradeHandler} behind the HTTP
 * codec of each of its channels, and makes a {@link WorkerConnection} of each that upgrades.
 */
final class Doorway implements NettyServerCustomizer {

    /** When a worker that was refused by a draining instance may try again, perhaps elsewhere. */
    private static final int RETRY_AFTER_SECONDS = 1;

    private final UpgradeCheck check;
    private final LimitProperties limits;
    private final HeartbeatProperties heartbeat;
    private final ClientAddress clientAddress;
    private final Drain drain;
    private final WebSocketDecoderConfig decoding;
    private final Connections connections;
    private final FrameDispatcher dispatcher;
    private final ConnectionMetrics metrics;

    Doorway(
            UpgradeCheck check,
            LimitProperties limits,
            HeartbeatProperties heartbeat,
            Drain drain,
            Connections connections,
            FrameDispatcher dispatcher,
            ConnectionMetrics metrics) {
        this.check = check;
        this.limits = limits;
        this.heartbeat = heartbeat;
        this.clientAddress = new ClientAddress(limits.trustedProxies());
        this.drain = drain;
        this.connections = connections;
        this.dispatcher = dispatcher;
        this.metrics = metrics;
        this.decoding =
                WebSocketDecoderConfig.newBuilder()
                        .allowExtensions(false)
                        .expectMaskedFrames(true)
                        .maxFramePayloadLength((int) limits.maxFrameSize().toBytes())
                        .closeOnProtocolViolation(false)
                        .build();
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit((_, channel, _) -> {
            ChannelPipeline pipeline = channel.pipeline();
            if (pipeline.get(NettyPipeline.HttpCodec) != null) {
                pipeline.addAfter(
                        NettyPipeline.HttpCodec, UpgradeHandler.NAME, new UpgradeHandler(this));
            }
        });
    }

    UpgradeCheck check() {
        return check;
    }

    Duration upgradeTimeout() {
        return limits.upgradeTimeout();
    }

    /** Why a request on the workers' path is not upgraded; null if it is to be. */
    @Nullable UpgradeRefusal refusal(HttpRequest request) {
        UpgradeRefusal refusal = check.refusal(request);
        return refusal == null && !drain.isOpen() ? UpgradeRefusal.DRAINING : refusal;
    }

    void refused(UpgradeRefusal refusal) {
        metrics.upgradeRefused(refusal);
    }

    FullHttpResponse response(UpgradeRefusal refusal) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(refusal.status()),
                        Unpooled.copiedBuffer(refusal.reason() + "\n", StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain;charset=UTF-8");
        HttpUtil.setContentLength(response, response.content().readableBytes());
        if (refusal.status() == HttpResponseStatus.UPGRADE_REQUIRED.code()) {
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
        }
        if (refusal == UpgradeRefusal.DRAINING) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return response;
    }

    /** Gives an upgraded channel, whose 101 has been written, to a connection of its own. */
    void enter(Channel channel, HttpRequest request) {
        List<String> forwardedFor = request.headers().getAll("X-Forwarded-For");
        WorkerConnection connection =
                new WorkerConnection(
                        connections.nextPid(),
                        channel,
                        clientAddress.of(channel.remoteAddress(), forwardedFor),
                        connections,
                        dispatcher,
                        limits,
                        new Vigil(limits, heartbeat));
        channel.pipeline()
                .addLast(new WebSocketDecoder(decoding, connection::maxMessageSize))
                .addLast(new WebSocket13FrameEncoder(false))
                .addLast(connection);
        channel.config().setAutoRead(true);
        channel.flush();
    }
}
