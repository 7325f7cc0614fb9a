package dev.frontdoor.websocket;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.connection.Instance;
import dev.frontdoor.connection.TcpConnections;
import dev.frontdoor.connection.WorkerConnection;
import dev.frontdoor.connection.WorkerConnectionFactory;
import dev.frontdoor.connection.WorkerDeclaration;
import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.connection.tls.PeerCertificates;
import dev.frontdoor.notifier.Credentials;
import dev.frontdoor.registration.settings.LimitProperties;
import dev.frontdoor.websocket.json.JsonFrames;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Turns an upgraded channel into a worker's connection. Used by any event loop. */
final class WebSocketPipeline {

    /** Names this process in its responses; a browser cannot read it. */
    private static final String INSTANCE = "Frontdoor-Instance";

    private static final int MAX_USER_AGENT_LENGTH = 256;

    private final String instance;
    private final TcpConnections tcpConnections;
    private final WorkerConnectionFactory connections;
    private final ClientAddresses addresses;
    private final Subprotocols subprotocols;
    private final Duration closeTimeout;
    private final WebSocketDecoderConfig decoding;

    WebSocketPipeline(
            Instance instance,
            TcpConnections tcpConnections,
            WorkerConnectionFactory connections,
            ClientAddresses addresses,
            Subprotocols subprotocols,
            LimitProperties limits) {
        // What a header cannot hold is percent-encoded.
        this.instance = UriUtils.encodePath(instance.name(), StandardCharsets.UTF_8);
        this.tcpConnections = tcpConnections;
        this.connections = connections;
        this.addresses = addresses;
        this.subprotocols = subprotocols;
        this.closeTimeout = limits.closeTimeout();
        this.decoding =
                WebSocketDecoderConfig.newBuilder()
                        .allowExtensions(false)
                        .expectMaskedFrames(true)
                        .maxFramePayloadLength((int) limits.maxFrameSize().toBytes())
                        .closeOnProtocolViolation(false)
                        .build();
    }

    /** What a worker proves itself by at its upgrade, and where it comes from. */
    Credentials credentialsOf(Channel channel, HttpRequest request, String token) {
        return new Credentials(
                token.isEmpty() ? null : token,
                PeerCertificates.of(channel),
                clientOf(channel, request),
                declarationOf(request).userAgent());
    }

    /**
     * Whether a client may have this channel for its upgrade; false if its address has too many,
     * and the channel is closed.
     */
    boolean admit(Channel channel, String client) {
        return tcpConnections.identify(channel, client);
    }

    /** The response that upgrades a request. */
    FullHttpResponse response(HttpRequest request) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.SWITCHING_PROTOCOLS,
                        Unpooled.EMPTY_BUFFER);
        response.headers()
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, UpgradeCheck.accept(request))
                .set(INSTANCE, instance);
        if (subprotocols.selectJson(request)) {
            response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, JsonFrames.SUBPROTOCOL);
        }
        return response;
    }

    /**
     * Adds the handlers of a worker's connection behind those that are there.
     *
     * @param channel a channel whose 101 has been written
     * @param request its upgrade
     * @param client where that comes from
     * @param proof who the worker has proved to be; null if it has not
     */
    void install(Channel channel, HttpRequest request, String client, @Nullable Accepted proof) {
        boolean json = subprotocols.selectJson(request);
        WebSocketTransport transport = new WebSocketTransport(channel, closeTimeout, json);
        WorkerConnection connection =
                connections.create(channel, transport, client, declarationOf(request));
        channel.pipeline()
                .addLast(new WebSocketDecoder(decoding, connection))
                .addLast(new WebSocket13FrameEncoder(false))
                .addLast(new WebSocketHandler(connection, transport, proof, json));
        channel.config().setAutoRead(true);
        channel.flush();
    }

    private static WorkerDeclaration declarationOf(HttpRequest request) {
        String userAgent = request.headers().get(HttpHeaderNames.USER_AGENT, "");
        return new WorkerDeclaration(
                userAgent.isBlank()
                        ? null
                        : userAgent.substring(
                                0, Math.min(userAgent.length(), MAX_USER_AGENT_LENGTH)),
                DeclaredLabels.of(request));
    }

    /** The address of the client of a request. */
    String clientOf(Channel channel, HttpRequest request) {
        return addresses.of(channel, request.headers().getAll("X-Forwarded-For"));
    }
}
