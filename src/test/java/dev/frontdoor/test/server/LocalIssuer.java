package dev.frontdoor.test.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

/** An issuer of JWTs: an HTTP server with an OpenID configuration and a set of keys. */
public final class LocalIssuer implements AutoCloseable {

    /** The path of the set of keys. */
    public static final String KEYS = "/openid/v1/jwks";

    private final @Nullable SSLContext tls;
    private final AtomicInteger fetches = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final RSAKey key = rsa("first");
    private volatile String keys = set(key);
    private volatile @Nullable String requiredToken;
    private volatile @Nullable HttpHandler script;
    private volatile CountDownLatch held = new CountDownLatch(0);
    private int port;
    private @Nullable HttpServer server;

    private LocalIssuer(@Nullable SSLContext tls) {
        this.tls = tls;
        comeBack();
    }

    /** An issuer that publishes one key. */
    public static LocalIssuer start() {
        return new LocalIssuer(null);
    }

    /** The same, with TLS. */
    public static LocalIssuer start(SSLContext tls) {
        return new LocalIssuer(tls);
    }

    /** A key of RSA. */
    public static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** A key on the curve P-256. */
    public static ECKey ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** The key that is published at first. */
    public RSAKey key() {
        return key;
    }

    /** The value of {@code iss}. */
    public String url() {
        return "%s://localhost:%s".formatted(tls == null ? "http" : "https", port);
    }

    /** A good token of this issuer. */
    public TestToken token() {
        return new TestToken(url(), key);
    }

    /** Publishes these keys and no others. */
    public void publish(JWK... published) {
        keys = set(published);
    }

    /** Publishes a text in place of a set of keys. */
    public void publishText(String text) {
        keys = text;
    }

    /** Answers 401 to requests without this token. */
    public void requireToken(String token) {
        requiredToken = token;
    }

    /** How often the set of keys was asked for. */
    public int fetches() {
        return fetches.get();
    }

    /** Lets requests wait until {@link #recover}. */
    public void hang() {
        held = new CountDownLatch(1);
    }

    /** Answers requests for keys in this way until {@link #recover}. */
    public void answer(HttpHandler handler) {
        script = handler;
    }

    /** Answers as at first. */
    public void recover() {
        script = null;
        held.countDown();
    }

    /** Refuses connections. */
    public synchronized void goDown() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    /** Accepts connections again, on the same port. */
    public synchronized void comeBack() {
        if (server != null) {
            return;
        }
        try {
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            server = tls == null ? HttpServer.create(address, 0) : withTls(address, tls);
            port = server.getAddress().getPort();
            server.setExecutor(threads);
            server.createContext("/.well-known/openid-configuration", this::configuration);
            server.createContext(KEYS, this::keys);
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpServer withTls(InetSocketAddress address, SSLContext tls)
            throws IOException {
        HttpsServer server = HttpsServer.create(address, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    private void configuration(HttpExchange exchange) throws IOException {
        reply(
                exchange,
                200,
                "{\"issuer\":\"%s\",\"jwks_uri\":\"%s%s\"}".formatted(url(), url(), KEYS));
    }

    private void keys(HttpExchange exchange) throws IOException {
        fetches.incrementAndGet();
        ServerUnderTest.awaitLatch(held);
        HttpHandler scripted = script;
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (scripted != null) {
            scripted.handle(exchange);
        } else if (requiredToken != null && !("Bearer " + requiredToken).equals(authorization)) {
            reply(exchange, 401, "{}");
        } else {
            reply(exchange, 200, keys);
        }
    }

    /** Sends a response. */
    public static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String set(JWK... published) {
        return Arrays.stream(published)
                .map(key -> key.toPublicJWK().toJSONString())
                .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    @Override
    public void close() {
        recover();
        goDown();
        threads.shutdownNow();
    }
}
