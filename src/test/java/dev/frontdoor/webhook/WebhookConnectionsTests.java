package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;

import reactor.core.scheduler.Schedulers;

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
        try (KeptConnections receiver = new KeptConnections();
                Connections connections =
                        connections(receiver.url(), ProxySelector.of(null), Duration.ofMillis(1))) {
            assertThat(post(connections, receiver.url(), 10)).isEqualTo(204);

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
        request.getHeaders().setContentLength(size);
        request.getBody().write(new byte[size]);
        return request.execute().getStatusCode().value();
    }

    private static Connections connections(URI url, ProxySelector proxies) {
        return connections(url, proxies, Settings.LONG);
    }

    private static Connections connections(URI url, ProxySelector proxies, Duration maxIdle) {
        return new Connections(
                Settings.of(url.toString(), Settings.LONG),
                DefaultClientTlsStrategy.createDefault(),
                proxies,
                maxIdle,
                Schedulers.parallel());
    }

    private static ProxySelector through(TestReceiver proxy) {
        return ProxySelector.of(
                InetSocketAddress.createUnresolved("127.0.0.1", proxy.url().getPort()));
    }
}
