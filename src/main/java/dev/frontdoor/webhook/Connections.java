package dev.frontdoor.webhook;

import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;

import reactor.core.scheduler.Scheduler;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Sends requests, each on the calling thread and in one attempt. Keeps connections for further
 * requests, as many as there were requests at once.
 */
final class Connections implements ClientHttpRequestFactory, AutoCloseable {

    private final CloseableHttpClient client;
    private final ClientHttpRequestFactory requests;

    /**
     * Opens no connection yet.
     *
     * @param tls how to speak https
     * @param proxies say through which proxy to go, but never SOCKS; null for none
     * @param maxIdle time after which an unused connection is closed
     * @param timer ends requests that take too long; never blocked
     */
    Connections(
            WebhookProperties properties,
            TlsSocketStrategy tls,
            @Nullable ProxySelector proxies,
            Duration maxIdle,
            Scheduler timer) {
        client =
                HttpClientBuilder.create()
                        .setConnectionManager(pool(properties.connectTimeout(), tls))
                        .evictIdleConnections(TimeValue.of(maxIdle))
                        .setRoutePlanner(new SystemDefaultRoutePlanner(proxies))
                        .setDefaultRequestConfig(
                                RequestConfig.custom()
                                        .setAuthenticationEnabled(false)
                                        .setProtocolUpgradeEnabled(false)
                                        .build())
                        .disableAuthCaching()
                        .disableAutomaticRetries()
                        .disableConnectionState()
                        .disableContentCompression()
                        .disableCookieManagement()
                        .disableRedirectHandling()
                        .addExecInterceptorFirst(
                                "attempt", new Attempt(properties.responseTimeout(), timer))
                        .build();
        requests = new HttpComponentsClientHttpRequestFactory(client);
    }

    private static PoolingHttpClientConnectionManager pool(
            Duration connectTimeout, TlsSocketStrategy tls) {
        PoolingHttpClientConnectionManager pool =
                new PoolingHttpClientConnectionManager(
                        new DefaultHttpClientConnectionOperator(
                                // An interrupt ends a wait on a channel, on any thread.
                                _ -> SocketChannel.open().socket(),
                                null,
                                new BoundedDnsResolver(connectTimeout),
                                scheme -> URIScheme.HTTPS.same(scheme) ? tls : null),
                        PoolConcurrencyPolicy.STRICT,
                        PoolReusePolicy.LIFO,
                        null,
                        _ -> new Connection());
        // The threads that call bound the connections.
        pool.setMaxTotal(Integer.MAX_VALUE);
        pool.setDefaultMaxPerRoute(Integer.MAX_VALUE);
        pool.setDefaultConnectionConfig(
                ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(connectTimeout))
                        .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                        .build());
        // The time limit of the attempt covers it.
        pool.setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(Timeout.DISABLED).build());
        return pool;
    }

    @Override
    public ClientHttpRequest createRequest(URI uri, HttpMethod method) throws IOException {
        return requests.createRequest(uri, method);
    }

    /** Ends the requests in flight. */
    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
