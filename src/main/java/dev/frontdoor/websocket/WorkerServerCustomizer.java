package dev.frontdoor.websocket;

import dev.frontdoor.connection.AcceptHandler;
import dev.frontdoor.connection.AcceptStandby;
import dev.frontdoor.connection.ChannelReads;
import dev.frontdoor.connection.TcpConnections;
import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.connection.tls.HandshakeFaultHandler;
import dev.frontdoor.registration.RefusalLog;
import dev.frontdoor.registration.settings.LimitProperties;
import dev.frontdoor.registration.settings.ProxyProtocol;

import io.netty.channel.ChannelPipeline;
import io.netty.channel.RecvByteBufAllocator;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;

import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

import java.util.List;

/**
 * Mounts the workers' path on Boot's own server: adds handlers behind the HTTP codec of each of its
 * channels.
 */
final class WorkerServerCustomizer implements NettyServerCustomizer {

    private static final Logger log = LoggerFactory.getLogger(WorkerServerCustomizer.class);

    private final TcpConnections connections;
    private final AcceptStandby standby;
    private final ClientAddresses addresses;
    private final ProxyProtocol proxyProtocol;
    private final UpgradeCheck check;
    private final UpgradeRefusalRecorder refusals;
    private final RefusalLog refusalLog;
    private final HttpCloser closer;
    private final WebSocketPipeline webSockets;
    private final UpgradeAuthentication authentication;
    private final LimitProperties limits;

    WorkerServerCustomizer(
            TcpConnections connections,
            AcceptStandby standby,
            ClientAddresses addresses,
            ProxyProtocol proxyProtocol,
            UpgradeCheck check,
            UpgradeRefusalRecorder refusals,
            RefusalLog refusalLog,
            HttpCloser closer,
            WebSocketPipeline webSockets,
            UpgradeAuthentication authentication,
            LimitProperties limits) {
        this.connections = connections;
        this.standby = standby;
        this.addresses = addresses;
        this.proxyProtocol = proxyProtocol;
        this.check = check;
        this.refusals = refusals;
        this.refusalLog = refusalLog;
        this.closer = closer;
        this.webSockets = webSockets;
        this.authentication = authentication;
        this.limits = limits;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        RecvByteBufAllocator reads = ChannelReads.newAllocator();
        return server.doOnBound(this::onBound)
                .doOnChannelInit((_, channel, _) -> {
                    channel.config().setRecvByteBufAllocator(reads);
                    connections.expectHeader(channel, proxyProtocol);
                    if (channel.pipeline().get(NettyPipeline.SslHandler) != null) {
                        channel.pipeline()
                                .addAfter(
                                        NettyPipeline.SslHandler,
                                        null,
                                        new HandshakeFaultHandler(refusalLog, addresses));
                    }
                    if (channel.pipeline().get(NettyPipeline.HttpCodec) != null) {
                        install(channel.pipeline());
                    }
                });
    }

    /** Adds the handlers to the pipeline of a channel, which has an HTTP codec. */
    void install(ChannelPipeline pipeline) {
        // The last one added is the first to see a request.
        String codec = NettyPipeline.HttpCodec;
        pipeline.addAfter(codec, null, new MalformedRequestHandler(refusalLog, addresses, closer));
        pipeline.addAfter(
                codec,
                null,
                new UpgradeHandler(check, refusals, closer, webSockets, authentication));
        pipeline.addAfter(codec, null, new HttpLimitHandler(limits.httpTimeout(), closer));
        pipeline.addAfter(codec, null, new RequestOrderHandler(check::isForWorkers, closer));
        pipeline.addAfter(
                codec,
                null,
                new RequestHeadTimeoutHandler(
                        limits.requestHeadTimeout(),
                        limits.requestHeadTimeout(),
                        channel ->
                                refusals.refused(UpgradeRefusal.HEAD_TOO_SLOW, channel, List.of()),
                        closer));
    }

    /** Removes the handlers of a channel that is upgraded, by whomever, except the upgrade's. */
    static void uninstall(ChannelPipeline pipeline) {
        pipeline.remove(HttpLimitHandler.class);
        pipeline.remove(RequestOrderHandler.class);
        pipeline.remove(RequestHeadTimeoutHandler.class);
    }

    /** Called before the first connection is accepted. */
    private void onBound(DisposableServer server) {
        server.channel().pipeline().addFirst(new AcceptHandler(connections, standby));
        logTransport(server);
    }

    /** NIO is slower, and used wherever Netty has no library for the machine. */
    private static void logTransport(DisposableServer server) {
        String channel = server.channel().getClass().getSimpleName();
        log.info(
                "worker connections use Netty's {} transport",
                channel.replace("ServerSocketChannel", ""));
    }
}
