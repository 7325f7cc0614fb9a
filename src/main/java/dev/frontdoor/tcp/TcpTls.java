package dev.frontdoor.tcp;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
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
     * @throws org.springframework.boot.ssl.NoSuchSslBundleException if there is none of that name
     */
    TcpTls(SslBundles bundles, String name, ClientAuth clientAuth) {
        this.clientAuth = clientAuth;
        this.context = contextOf(bundles.getBundle(name));
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
