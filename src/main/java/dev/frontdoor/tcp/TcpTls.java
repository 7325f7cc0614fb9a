package dev.frontdoor.tcp;

import dev.frontdoor.connection.tls.CheckedSslBundles;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.web.server.Ssl.ClientAuth;

import java.util.List;

import javax.net.ssl.SSLException;

/** TLS of the TCP port, by an SSL bundle and its updates. Used by any thread. */
final class TcpTls {

    private final ClientAuth clientAuth;
    private volatile SslContext context;

    /**
     * TLS with a bundle.
     *
     * @throws dev.frontdoor.connection.tls.BrokenSslBundleException if it cannot be used
     * @throws org.springframework.boot.ssl.NoSuchSslBundleException if there is none of that name
     */
    TcpTls(CheckedSslBundles bundles, String name, ClientAuth clientAuth) {
        this.clientAuth = clientAuth;
        SslBundle bundle = bundles.getBundle(name);
        bundles.requireForPort(name, bundle, clientAuth != ClientAuth.NONE);
        this.context = contextOf(bundle);
        bundles.addBundleUpdateHandler(name, updated -> context = contextOf(updated));
    }

    SslHandler newHandler(ByteBufAllocator allocator) {
        return context.newHandler(allocator);
    }

    private SslContext contextOf(SslBundle bundle) {
        SslOptions options = bundle.getOptions();
        try {
            return SslContextBuilder.forServer(bundle.getManagers().getKeyManagerFactory())
                    .trustManager(bundle.getManagers().getTrustManagerFactory())
                    .protocols(options.getEnabledProtocols())
                    .ciphers(options.getCiphers() == null ? null : List.of(options.getCiphers()))
                    .clientAuth(
                            ClientAuth.map(
                                    clientAuth,
                                    io.netty.handler.ssl.ClientAuth.NONE,
                                    io.netty.handler.ssl.ClientAuth.OPTIONAL,
                                    io.netty.handler.ssl.ClientAuth.REQUIRE))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("the SSL bundle of the TCP port cannot be used", e);
        }
    }
}
