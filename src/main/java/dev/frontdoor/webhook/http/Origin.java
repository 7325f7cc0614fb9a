package dev.frontdoor.webhook.http;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where requests go.
 *
 * @param url the address of the receiver, http or https
 * @param connectTimeout time limit for the name, and again for the connection
 * @param tls how to speak https
 * @param proxies say through which proxy to go
 */
public record Origin(URI url, Duration connectTimeout, Tls tls, ProxySelector proxies) {

    boolean isSecure() {
        return "https".equals(url.getScheme().toLowerCase(Locale.ROOT));
    }

    int port() {
        return url.getPort() >= 0 ? url.getPort() : defaultPort();
    }

    private int defaultPort() {
        return isSecure() ? 443 : 80;
    }

    /** The value of the header {@code Host}. */
    String host() {
        return port() == defaultPort() ? url.getHost() : authority();
    }

    /** The host with its port. */
    String authority() {
        return url.getHost() + ":" + port();
    }

    /**
     * The address of the proxy to go through; null for none. Like the JDK's client, never SOCKS.
     */
    @Nullable InetSocketAddress proxy() {
        List<Proxy> found = proxies.select(url);
        Proxy first = found.isEmpty() ? Proxy.NO_PROXY : found.getFirst();
        return first.type() == Proxy.Type.HTTP ? (InetSocketAddress) first.address() : null;
    }

    /** Connects to the receiver, or to a proxy. */
    void connect(SocketChannel channel, @Nullable InetSocketAddress proxy) throws IOException {
        InetSocketAddress address =
                proxy == null
                        ? resolve(url.getHost(), port())
                        : resolve(proxy.getHostString(), proxy.getPort());
        try {
            channel.socket().connect(address, Math.toIntExact(connectTimeout.toMillis()));
        } catch (SocketTimeoutException e) {
            throw unreachable("no connection within " + connectTimeout, e);
        }
        channel.socket().setTcpNoDelay(true);
    }

    /** Looks a name up on a thread of its own, since nothing can end a look-up. */
    private InetSocketAddress resolve(String host, int port) throws IOException {
        CompletableFuture<InetSocketAddress> found =
                CompletableFuture.supplyAsync(
                        () -> new InetSocketAddress(host, port),
                        task -> Thread.ofVirtual().name("webhook-name").start(task));
        try {
            InetSocketAddress address = found.get(connectTimeout.toMillis(), TimeUnit.MILLISECONDS);
            if (address.isUnresolved()) {
                throw new UnknownHostException(host);
            }
            return address;
        } catch (TimeoutException e) {
            throw unreachable("no address of %s within %s".formatted(host, connectTimeout), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("interrupted before the connection", e);
        } catch (ExecutionException e) {
            throw new IOException("no address of " + host, e);
        }
    }

    private static ConnectException unreachable(String why, Exception cause) {
        ConnectException unreachable = new ConnectException(why);
        unreachable.initCause(cause);
        return unreachable;
    }
}
