package dev.frontdoor.websocket;

import dev.frontdoor.connection.AcceptHandler;
import dev.frontdoor.connection.AcceptStandby;
import dev.frontdoor.connection.ConditionalOnFrontDoor;
import dev.frontdoor.connection.ManagementConnections;
import dev.frontdoor.connection.ManagementLimitProperties;
import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.registration.RefusalLog;

import io.netty.channel.ChannelPipeline;

import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;

/**
 * Bounds the channels of the management port: how many there are, how long each may take for a
 * request and for its response, and how much all may leave unread. The requests of one channel are
 * served one after the other.
 */
@ConditionalOnFrontDoor
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
final class ManagementRequests
        implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {

    private final ManagementConnections connections;
    private final AcceptStandby standby;
    private final ManagementLimitProperties limits;
    private final RefusalLog refusals;
    private final ClientAddresses addresses;
    private final HttpCloser closer;
    private final UnreadResponses responses;

    ManagementRequests(
            ManagementConnections connections,
            AcceptStandby standby,
            ManagementLimitProperties limits,
            RefusalLog refusals,
            ClientAddresses addresses,
            HttpCloser closer) {
        this.connections = connections;
        this.standby = standby;
        this.limits = limits;
        this.refusals = refusals;
        this.addresses = addresses;
        this.closer = closer;
        this.responses = new UnreadResponses(closer);
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.addServerCustomizers(server ->
                server.doOnBound(this::limitAccepts)
                        .doOnChannelInit((_, channel, _) -> {
                            connections.makeRoom();
                            install(channel.pipeline());
                        }));
    }

    private void limitAccepts(DisposableServer server) {
        server.channel().pipeline().addFirst(new AcceptHandler(connections, standby));
    }

    private void install(ChannelPipeline pipeline) {
        // The last one added is the first to see a request.
        String codec = NettyPipeline.HttpCodec;
        pipeline.addAfter(codec, null, new RequestBodyHandler(limits.requestBodyTimeout(), closer));
        pipeline.addAfter(codec, null, new MalformedRequestHandler(refusals, addresses, closer));
        pipeline.addAfter(codec, null, new RequestOrderHandler(_ -> true, closer));
        pipeline.addAfter(
                codec,
                null,
                new RequestHeadTimeoutHandler(
                        limits.requestHeadTimeout(),
                        limits.idleTimeout(),
                        channel -> closer.count(channel, HttpCloseReason.HEAD_TOO_SLOW),
                        closer));
        pipeline.addAfter(
                codec, null, new UnreadResponseHandler(limits.writeTimeout(), responses, closer));
    }
}
