package dev.frontdoor.tcp;

import dev.frontdoor.auth.AuthenticationResult;
import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationService;
import dev.frontdoor.connection.TcpConnections;
import dev.frontdoor.connection.WorkerConnection;
import dev.frontdoor.connection.WorkerConnectionFactory;
import dev.frontdoor.connection.WorkerDeclaration;
import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.connection.drain.ConnectionAdmission;
import dev.frontdoor.connection.tls.HandshakeFaultHandler;
import dev.frontdoor.connection.tls.PeerCertificates;
import dev.frontdoor.notifier.Credentials;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.RefusalLog;
import dev.frontdoor.registration.settings.LimitProperties;

import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/** Sets up the channels of the TCP port. Used by any event loop. */
final class TcpPipeline {

    private static final Logger log = LoggerFactory.getLogger(TcpPipeline.class);

    private static final String BAD_CERTIFICATE = "the certificate is not accepted";

    private final TcpConnections tcpConnections;
    private final WorkerConnectionFactory connections;
    private final ConnectionAdmission admission;
    private final ClientAddresses addresses;
    private final AuthenticationService authentication;
    private final RefusalLog refusals;
    private final EntryMetrics metrics;
    private final TcpProperties properties;
    private final Duration connectTimeout;
    private final Duration closeTimeout;

    TcpPipeline(
            TcpConnections tcpConnections,
            WorkerConnectionFactory connections,
            ConnectionAdmission admission,
            ClientAddresses addresses,
            AuthenticationService authentication,
            RefusalLog refusals,
            EntryMetrics metrics,
            TcpProperties properties,
            LimitProperties limits) {
        this.tcpConnections = tcpConnections;
        this.connections = connections;
        this.admission = admission;
        this.addresses = addresses;
        this.authentication = authentication;
        this.refusals = refusals;
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
            channel.pipeline()
                    .addLast(tls.newHandler(channel.alloc()))
                    .addLast(new HandshakeFaultHandler(refusals, addresses));
        }
        channel.pipeline().addLast(new FirstBytesHandler(admission, this, metrics, connectTimeout));
    }

    /** Checks the worker's certificate; null if it has shown none, or if it proves nothing. */
    @Nullable AuthenticationResult authenticate(Channel channel) {
        List<X509Certificate> certificates =
                authentication.usesCertificates() ? PeerCertificates.of(channel) : null;
        return certificates == null
                ? null
                : authentication.authenticate(
                        new Credentials(null, certificates, addresses.of(channel, List.of()), null),
                        channel::isActive,
                        _ -> {});
    }

    /**
     * Makes a worker's connection of a channel, and adds its handlers behind those there are.
     *
     * @param proof who the worker has proved to be; null if it has not
     */
    void install(Channel channel, @Nullable Accepted proof) {
        TcpTransport transport = newTransport(channel);
        WorkerConnection connection =
                connections.create(
                        channel,
                        transport,
                        addresses.of(channel, List.of()),
                        WorkerDeclaration.NONE);
        TcpFrameDecoder decoder = new TcpFrameDecoder(connection);
        channel.pipeline()
                .addLast(decoder)
                .addLast(new TcpHandler(connection, transport, decoder, proof));
    }

    /** Ends a channel that is not made a worker's connection. */
    void refuse(Channel channel, String reason) {
        newTransport(channel).close(CloseCause.SERVICE_FAULT, reason);
    }

    /** Ends a channel whose worker has shown a certificate that is not accepted. */
    void refuseCertificate(Channel channel, String reason) {
        String remoteAddress = addresses.of(channel, List.of());
        refusals.log(
                "refused certificates",
                remoteAddress,
                () ->
                        log.warn(
                                "the TCP connection of {} was refused: {}: {}",
                                remoteAddress,
                                BAD_CERTIFICATE,
                                reason));
        newTransport(channel).close(CloseCause.BAD_TOKEN, BAD_CERTIFICATE);
    }

    private TcpTransport newTransport(Channel channel) {
        return new TcpTransport(channel, closeTimeout, properties.pauseAfterAck());
    }
}
