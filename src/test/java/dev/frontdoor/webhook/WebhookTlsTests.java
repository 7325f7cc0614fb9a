package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.webhook.TestReceiver.Request;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.HttpMethod;

import reactor.core.scheduler.Schedulers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/** A receiver with a certificate of its own, which also asks for one. */
class WebhookTlsTests {

    private static final String PASSWORD = "password";

    @TempDir Path directory;

    private Path keys = Path.of("");
    private TestReceiver receiver;

    private final Event event =
            new EventFactory("/test", Clock.SYSTEM, _ -> Optional.empty()).unregistered(7);

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withBean(SimpleMeterRegistry.class)
                    .withBean(Clock.class, () -> Clock.SYSTEM)
                    .withBean(ObservationRegistry.class, () -> ObservationRegistry.NOOP)
                    .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
                    .withUserConfiguration(WebhookConfiguration.class)
                    .withPropertyValues(
                            "frontdoor.instance-name=here/1",
                            "frontdoor.webhook.enabled=true",
                            "frontdoor.webhook.connect-timeout=60s",
                            "frontdoor.webhook.response-timeout=60s");

    @BeforeEach
    void start() throws Exception {
        keys = directory.resolve("keys.p12");
        generateKeys();
        receiver = new TestReceiver("https", sockets());
    }

    @AfterEach
    void stop() throws Exception {
        receiver.close();
    }

    @Test
    void anSslBundleTrustsTheReceiverAndProvesWhoCalls() {
        runner.withPropertyValues(
                        "frontdoor.webhook.url=" + receiver.url(),
                        "frontdoor.webhook.ssl-bundle=receiver",
                        "spring.ssl.bundle.jks.receiver.keystore.location=" + keys.toUri(),
                        "spring.ssl.bundle.jks.receiver.keystore.password=" + PASSWORD,
                        "spring.ssl.bundle.jks.receiver.truststore.location=" + keys.toUri(),
                        "spring.ssl.bundle.jks.receiver.truststore.password=" + PASSWORD)
                .run(context ->
                        assertThat(context.getBean(WebhookClient.class).post(event))
                                .isEqualTo(new WebhookResult.Accepted()));
        assertThat(receiver.unread()).isEqualTo(1);
    }

    @Test
    void aCertificateNobodyVouchesForTookNothing() {
        runner.withPropertyValues("frontdoor.webhook.url=" + receiver.url())
                .run(context ->
                        assertThat(context.getBean(WebhookClient.class).post(event))
                                .isInstanceOfSatisfying(
                                        WebhookResult.Failed.class,
                                        failed -> {
                                            assertThat(failed.what())
                                                    .isEqualTo("cannot be trusted");
                                            assertThat(failed.mayHaveAccepted()).isFalse();
                                        }));
        assertThat(receiver.unread()).isZero();
    }

    @Test
    void aProxyOpensATunnelToTheReceiver() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> tunnel(proxy));
            try (Connections connections =
                    new Connections(
                            Settings.of(receiver),
                            new DefaultClientTlsStrategy(
                                    context(), HostnameVerificationPolicy.BUILTIN, null),
                            ProxySelector.of(
                                    new InetSocketAddress(
                                            InetAddress.getLoopbackAddress(),
                                            proxy.getLocalPort())),
                            Settings.LONG,
                            Schedulers.parallel())) {
                assertThat(
                                connections
                                        .createRequest(receiver.url(), HttpMethod.POST)
                                        .execute()
                                        .getStatusCode()
                                        .value())
                        .isEqualTo(204);
            }
        }
    }

    @Test
    void anUnknownBundleFailsTheStartAndIsNamed() {
        runner.withPropertyValues(
                        "frontdoor.webhook.url=" + receiver.url(),
                        "frontdoor.webhook.ssl-bundle=recever")
                .run(context ->
                        assertThat(context)
                                .getFailure()
                                .rootCause()
                                .isInstanceOf(NoSuchSslBundleException.class)
                                .hasMessageContaining("recever"));
    }

    private void generateKeys() throws Exception {
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "receiver",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=receiver",
                                "-ext",
                                "SAN=IP:127.0.0.1",
                                "-keystore",
                                keys.toString(),
                                "-storepass",
                                PASSWORD)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Sockets with these keys, which accept only a client with the same ones. */
    private TestReceiver.Sockets sockets() throws Exception {
        SSLContext context = context();
        return port -> {
            SSLServerSocket socket =
                    (SSLServerSocket)
                            context.getServerSocketFactory()
                                    .createServerSocket(port, 50, InetAddress.getLoopbackAddress());
            socket.setNeedClientAuth(true);
            return socket;
        };
    }

    private SSLContext context() throws Exception {
        KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory own =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store, PASSWORD.toCharArray());
        TrustManagerFactory trusted =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    /** Opens one tunnel to the receiver, and ends with it. */
    private void tunnel(ServerSocket proxy) {
        try (Socket client = proxy.accept();
                Socket server =
                        new Socket(InetAddress.getLoopbackAddress(), receiver.url().getPort())) {
            Request request = TestReceiver.read(client.getInputStream());
            assertThat(request.start())
                    .isEqualTo("CONNECT 127.0.0.1:%s HTTP/1.1".formatted(receiver.url().getPort()));
            client.getOutputStream()
                    .write("HTTP/1.1 200 Open\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            long _ = from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // One side has ended.
        }
    }
}
