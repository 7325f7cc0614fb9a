package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.webhook.http.Connections;
import dev.frontdoor.webhook.http.Origin;
import dev.frontdoor.webhook.http.Tls;

import io.micrometer.core.instrument.Clock;

import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;

import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;

/** Proxies, time, and what a receiver does while a request is sent. */
class WebhookConnectionsTests {

    private static final URI NOWHERE = URI.create("http://receiver.invalid/workers?v=1");

    @Test
    void proxyGetsTheWholeAddress() throws Exception {
        try (TestReceiver proxy = new TestReceiver();
                Connections connections = connections(NOWHERE, through(proxy))) {
            assertThat(post(connections, NOWHERE, 10)).isEqualTo(204);

            TestReceiver.Request request = proxy.expect();
            assertThat(request.start()).isEqualTo("POST " + NOWHERE + " HTTP/1.1");
            assertThat(request.header("host")).isEqualTo("receiver.invalid");
        }
    }

    @Test
    void proxyThatOpensNoTunnelIsNoReceiver() throws Exception {
        URI secure = URI.create("https://receiver.invalid/workers");
        try (TestReceiver proxy = new TestReceiver().thenAnswer(403, "");
                Connections connections = connections(secure, through(proxy))) {
            assertThatThrownBy(() -> post(connections, secure, 10))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("the proxy responded with status 403");

            assertThat(proxy.expect().start()).isEqualTo("CONNECT receiver.invalid:443 HTTP/1.1");
        }
    }

    @Test
    void connectionThatNothingUsesForLongIsClosed() throws Exception {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        try (KeptConnections receiver = new KeptConnections();
                Connections connections =
                        new Connections(
                                origin(receiver.url(), ProxySelector.of(null)),
                                Settings.LONG,
                                time,
                                clockOf(time))) {
            assertThat(post(connections, receiver.url(), 10)).isEqualTo(204);
            time.advanceTimeBy(Duration.ofSeconds(29));
            assertThat(post(connections, receiver.url(), 10)).isEqualTo(204);
            assertThat(receiver.count()).isEqualTo(1);

            time.advanceTimeBy(Duration.ofSeconds(31));

            receiver.expectGone();
        }
    }

    @Test
    void responseBeforeTheEndOfALargeRequestCounts() throws Exception {
        int size = 32 * 1024 * 1024;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> refuseEarly(server));
            URI url = URI.create("http://127.0.0.1:" + server.getLocalPort());
            try (Connections connections = connections(url, ProxySelector.of(null))) {
                assertThat(post(connections, url, size)).isEqualTo(413);
            }
        }
    }

    private static void refuseEarly(ServerSocket server) {
        try (Socket socket = server.accept()) {
            assertThat(socket.getInputStream().read()).isEqualTo('P');
            socket.getOutputStream()
                    .write(
                            "HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n"
                                    .getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int post(Connections connections, URI uri, int size) throws IOException {
        ClientHttpRequest request = connections.createRequest(uri, HttpMethod.POST);
        request.getBody().write(new byte[size]);
        return request.execute().getStatusCode().value();
    }

    private static Connections connections(URI url, ProxySelector proxies) {
        return new Connections(
                origin(url, proxies), Settings.LONG, Schedulers.parallel(), Clock.SYSTEM);
    }

    private static Origin origin(URI url, ProxySelector proxies) {
        Tls tls = new Tls((SSLSocketFactory) SSLSocketFactory.getDefault(), new SSLParameters());
        return new Origin(url, Settings.LONG, tls, proxies);
    }

    private static ProxySelector through(TestReceiver proxy) {
        return ProxySelector.of(
                InetSocketAddress.createUnresolved("127.0.0.1", proxy.url().getPort()));
    }

    private static Clock clockOf(VirtualTimeScheduler time) {
        return new Clock() {
            @Override
            public long wallTime() {
                return time.now(TimeUnit.MILLISECONDS);
            }

            @Override
            public long monotonicTime() {
                return time.now(TimeUnit.NANOSECONDS);
            }
        };
    }
}
