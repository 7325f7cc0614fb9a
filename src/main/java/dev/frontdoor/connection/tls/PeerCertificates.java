package dev.frontdoor.connection.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;

import org.jspecify.annotations.Nullable;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLPeerUnverifiedException;

/** The certificates that the peer of a channel has shown, and TLS has verified. */
public final class PeerCertificates {

    private PeerCertificates() {}

    /**
     * The peer's certificate and those that issued it, in order; null if it has shown none. A
     * resumed session has those of the first handshake.
     */
    public static @Nullable List<X509Certificate> of(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return null;
        }
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : tls.engine().getSession().getPeerCertificates()) {
                chain.add((X509Certificate) certificate);
            }
            return chain;
        } catch (SSLPeerUnverifiedException _) {
            return null;
        }
    }
}
