package dev.frontdoor.websocket;

import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.registration.RefusalLog;

import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

import reactor.netty.NettyPipeline;

/** Adds a {@link MalformedRequestHandler} to each channel of the management port. */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
final class ManagementRequests
        implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {

    private final RefusalLog refusals;
    private final ClientAddresses addresses;
    private final HttpCloser closer;

    ManagementRequests(RefusalLog refusals, ClientAddresses addresses, HttpCloser closer) {
        this.refusals = refusals;
        this.addresses = addresses;
        this.closer = closer;
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.addServerCustomizers(server ->
                server.doOnChannelInit((_, channel, _) ->
                        channel.pipeline()
                                .addAfter(
                                        NettyPipeline.HttpCodec,
                                        null,
                                        new MalformedRequestHandler(refusals, addresses, closer))));
    }
}
