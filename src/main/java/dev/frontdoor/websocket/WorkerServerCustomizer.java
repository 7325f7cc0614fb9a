package dev.frontdoor.websocket;

import io.netty.channel.ChannelPipeline;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;

import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

import java.time.Duration;

/**
 * Mounts the workers' path on Boot's own server: puts an {@link UpgradeHandler} behind the HTTP
 * codec of each of its channels.
 */
final class WorkerServerCustomizer implements NettyServerCustomizer {

    private final UpgradeCheck check;
    private final UpgradeMetrics metrics;
    private final WebSocketPipeline webSockets;
    private final Duration requestHeadTimeout;

    WorkerServerCustomizer(
            UpgradeCheck check,
            UpgradeMetrics metrics,
            WebSocketPipeline webSockets,
            Duration requestHeadTimeout) {
        this.check = check;
        this.metrics = metrics;
        this.webSockets = webSockets;
        this.requestHeadTimeout = requestHeadTimeout;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit((_, channel, _) -> {
            ChannelPipeline pipeline = channel.pipeline();
            if (pipeline.get(NettyPipeline.HttpCodec) != null) {
                pipeline.addAfter(
                        NettyPipeline.HttpCodec,
                        UpgradeHandler.NAME,
                        new UpgradeHandler(check, metrics, webSockets, requestHeadTimeout));
            }
        });
    }
}
