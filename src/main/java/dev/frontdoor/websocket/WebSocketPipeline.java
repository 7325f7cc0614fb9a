package dev.frontdoor.websocket;

import dev.frontdoor.connection.TcpConnections;
import dev.frontdoor.connection.WorkerConnection;
import dev.frontdoor.connection.WorkerConnectionFactory;
import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.registration.settings.LimitProperties;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

import java.time.Duration;

/** Turns an upgraded channel into a worker's connection. Used by any event loop. */
final class WebSocketPipeline {

    private final TcpConnections tcpConnections;
    private final WorkerConnectionFactory connections;
    private final ClientAddresses addresses;
    private final Duration closeTimeout;
    private final WebSocketDecoderConfig decoding;

    WebSocketPipeline(
            TcpConnections tcpConnections,
            WorkerConnectionFactory connections,
            ClientAddresses addresses,
            LimitProperties limits) {
        this.tcpConnections = tcpConnections;
        this.connections = connections;
        this.addresses = addresses;
        this.closeTimeout = limits.closeTimeout();
        this.decoding =
                WebSocketDecoderConfig.newBuilder()
                        .allowExtensions(false)
                        .expectMaskedFrames(true)
                        .maxFramePayloadLength((int) limits.maxFrameSize().toBytes())
                        .closeOnProtocolViolation(false)
                        .build();
    }

    /**
     * Whether the client of an upgrade may have this channel; false if its address has too many,
     * and the channel is closed.
     */
    boolean admit(Channel channel, HttpRequest request) {
        return tcpConnections.identify(channel, clientOf(channel, request));
    }

    /**
     * Adds the handlers of a worker's connection behind those that are there.
     *
     * @param channel a channel whose 101 has been written
     * @param request its upgrade
     */
    void install(Channel channel, HttpRequest request) {
        WebSocketTransport transport = new WebSocketTransport(channel, closeTimeout);
        WorkerConnection connection =
                connections.create(channel, transport, clientOf(channel, request));
        channel.pipeline()
                .addLast(new WebSocketDecoder(decoding, connection))
                .addLast(new WebSocket13FrameEncoder(false))
                .addLast(new WebSocketHandler(connection, transport));
        channel.config().setAutoRead(true);
        channel.flush();
    }

    private String clientOf(Channel channel, HttpRequest request) {
        return addresses.of(channel, request.headers().getAll("X-Forwarded-For"));
    }
}
