package dev.frontdoor.tcp;

import dev.frontdoor.connection.TcpConnections;
import dev.frontdoor.connection.WorkerConnection;
import dev.frontdoor.connection.WorkerConnectionFactory;
import dev.frontdoor.connection.WorkerDeclaration;
import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.connection.drain.ConnectionAdmission;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.settings.LimitProperties;

import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/** Sets up the channels of the TCP port. Used by any event loop. */
final class TcpPipeline {

    private final TcpConnections tcpConnections;
    private final WorkerConnectionFactory connections;
    private final ConnectionAdmission admission;
    private final ClientAddresses addresses;
    private final EntryMetrics metrics;
    private final TcpProperties properties;
    private final Duration connectTimeout;
    private final Duration closeTimeout;

    TcpPipeline(
            TcpConnections tcpConnections,
            WorkerConnectionFactory connections,
            ConnectionAdmission admission,
            ClientAddresses addresses,
            EntryMetrics metrics,
            TcpProperties properties,
            LimitProperties limits) {
        this.tcpConnections = tcpConnections;
        this.connections = connections;
        this.admission = admission;
        this.addresses = addresses;
        this.metrics = metrics;
        this.properties = properties;
        this.connectTimeout = limits.connectTimeout();
        this.closeTimeout = limits.closeTimeout();
    }

    /**
     * Prepares a channel that was accepted.
     *
     * @param tls makes the handler of TLS; null for none
     */
    void accept(Channel channel, @Nullable TcpTls tls) {
        tcpConnections.expectHeader(channel, properties.proxyProtocol());
        if (tls != null) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        }
        channel.pipeline().addLast(new FirstBytesHandler(admission, this, metrics, connectTimeout));
    }

    /** Makes a worker's connection of a channel, and adds its handlers behind those there are. */
    void install(Channel channel) {
        TcpTransport transport = newTransport(channel);
        WorkerConnection connection =
                connections.create(
                        channel,
                        transport,
                        addresses.of(channel, List.of()),
                        WorkerDeclaration.NONE);
        TcpFrameDecoder decoder = new TcpFrameDecoder(connection);
        channel.pipeline().addLast(decoder).addLast(new TcpHandler(connection, transport, decoder));
    }

    /** Ends a channel that is not made a worker's connection. */
    void refuse(Channel channel, String reason) {
        newTransport(channel).close(CloseCause.SERVICE_FAULT, reason);
    }

    private TcpTransport newTransport(Channel channel) {
        return new TcpTransport(channel, closeTimeout, properties.pauseAfterAck());
    }
}
