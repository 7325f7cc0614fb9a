package dev.frontdoor.websocket;

import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.registration.settings.ProxyProtocol;

import io.netty.channel.ChannelPipeline;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;

import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

import java.time.Duration;

/**
 * Mounts the workers' path on Boot's own server: adds handlers behind the HTTP codec of each of its
 * channels.
 */
final class WorkerServerCustomizer implements NettyServerCustomizer {

    private static final Logger log = LoggerFactory.getLogger(WorkerServerCustomizer.class);

    private final ClientAddresses addresses;
    private final ProxyProtocol proxyProtocol;
    private final UpgradeCheck check;
    private final UpgradeRefusalRecorder refusals;
    private final WebSocketPipeline webSockets;
    private final Duration requestHeadTimeout;

    WorkerServerCustomizer(
            ClientAddresses addresses,
            ProxyProtocol proxyProtocol,
            UpgradeCheck check,
            UpgradeRefusalRecorder refusals,
            WebSocketPipeline webSockets,
            Duration requestHeadTimeout) {
        this.addresses = addresses;
        this.proxyProtocol = proxyProtocol;
        this.check = check;
        this.refusals = refusals;
        this.webSockets = webSockets;
        this.requestHeadTimeout = requestHeadTimeout;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnBound(WorkerServerCustomizer::logTransport)
                .doOnChannelInit((_, channel, _) -> {
                    addresses.expectHeader(channel, proxyProtocol);
                    if (channel.pipeline().get(NettyPipeline.HttpCodec) != null) {
                        install(channel.pipeline());
                    }
                });
    }

    /** Adds the handlers to the pipeline of a channel, which has an HTTP codec. */
    void install(ChannelPipeline pipeline) {
        // The last one added is the first to see a request.
        String codec = NettyPipeline.HttpCodec;
        pipeline.addAfter(codec, null, new UpgradeHandler(check, refusals, webSockets));
        pipeline.addAfter(codec, null, new RequestOrderHandler(check));
        pipeline.addAfter(codec, null, new RequestHeadTimeoutHandler(requestHeadTimeout, refusals));
    }

    /** NIO is slower, and used wherever Netty has no library for the machine. */
    private static void logTransport(DisposableServer server) {
        String channel = server.channel().getClass().getSimpleName();
        log.info(
                "worker connections use Netty's {} transport",
                channel.replace("ServerSocketChannel", ""));
    }
}
