package dev.frontdoor.auth.jwt;

import com.nimbusds.jose.util.JSONObjectUtils;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import javax.net.ssl.SSLParameters;

/** Asks an issuer for its keys by HTTP. Redirects are not followed. */
final class IssuerKeys implements KeySource, AutoCloseable {

    private static final int MAX_RESPONSE_SIZE = 256 * 1024;
    private static final int MAX_TOKEN_SIZE = 16 * 1024;
    private static final String CONFIGURATION = "/.well-known/openid-configuration";

    private final String issuer;
    private final String jwkSetUri;
    private final String tokenFile;
    private final Duration timeout;
    private final Supplier<@Nullable SslBundle> ssl;
    private @Nullable HttpClient http;

    /**
     * Opens no connection yet.
     *
     * @param ssl certificates for https, as they are now; null for those of the JDK
     */
    IssuerKeys(JwtRules properties, Supplier<@Nullable SslBundle> ssl) {
        this.issuer = properties.issuer();
        this.jwkSetUri = properties.jwkSetUri();
        this.tokenFile = properties.jwkSetTokenFile();
        this.timeout = properties.fetchTimeout();
        this.ssl = ssl;
    }

    /** The keys of an issuer, by the SSL bundle that the settings name. */
    static IssuerKeys of(JwtRules properties, ObjectProvider<SslBundles> bundles) {
        JwtSettings.check(properties);
        String name = properties.sslBundle();
        if (name.isEmpty()) {
            return new IssuerKeys(properties, () -> null);
        }
        SslBundles known = bundles.getObject();
        // Fails now if there is none of that name.
        SslBundle _ = known.getBundle(name);
        IssuerKeys issuer = new IssuerKeys(properties, () -> known.getBundle(name));
        known.addBundleUpdateHandler(name, _ -> issuer.onSslChanged());
        return issuer;
    }

    /** Trusts other certificates from the next request on. Called by any thread. */
    synchronized void onSslChanged() {
        if (http != null) {
            http.shutdown();
            http = null;
        }
    }

    private synchronized HttpClient client() {
        if (http == null) {
            http = newClient(ssl.get());
        }
        return http;
    }

    private HttpClient newClient(@Nullable SslBundle bundle) {
        HttpClient.Builder client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(timeout)
                        .executor(Executors.newVirtualThreadPerTaskExecutor());
        if (bundle != null) {
            client.sslContext(bundle.createSslContext())
                    .sslParameters(
                            new SSLParameters(
                                    bundle.getOptions().getCiphers(),
                                    bundle.getOptions().getEnabledProtocols()));
        }
        return client.build();
    }

    @Override
    public KeySet fetch(long askedAt) throws IOException, InterruptedException {
        return KeySet.parse(get(jwkSetUri.isEmpty() ? discover() : jwkSetUri), askedAt);
    }

    /** Where the issuer says that its keys are. */
    private String discover() throws IOException, InterruptedException {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        Map<String, Object> configuration;
        try {
            configuration =
                    Objects.requireNonNull(JSONObjectUtils.parse(get(base + CONFIGURATION)));
        } catch (ParseException | RuntimeException | StackOverflowError _) {
            throw new IOException("the OpenID configuration is no JSON object");
        }
        if (!issuer.equals(configuration.get("issuer"))) {
            throw new IOException("the OpenID configuration is that of another issuer");
        }
        if (!(configuration.get("jwks_uri") instanceof String keys)
                || !JwtSettings.isHttp(keys)
                || (issuer.startsWith("https:") && !keys.startsWith("https:"))) {
            throw new IOException("the OpenID configuration has no usable jwks_uri");
        }
        return keys;
    }

    private String get(String url) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url))
                        .header("Accept", "application/json")
                        .header("User-Agent", "worker-front-door");
        if (!tokenFile.isEmpty()) {
            request.header("Authorization", "Bearer " + token());
        }
        HttpResponse<String> response = send(request.build(), url);
        if (response.statusCode() != 200) {
            throw new IOException(
                    "%s: status %s".formatted(JwtRules.withoutQuery(url), response.statusCode()));
        }
        return response.body();
    }

    private HttpResponse<String> send(HttpRequest request, String url)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<String>> response =
                client().sendAsync(
                                request,
                                BodyHandlers.limiting(
                                        BodyHandlers.ofString(StandardCharsets.UTF_8),
                                        MAX_RESPONSE_SIZE));
        try {
            return response.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new IOException(
                    "%s: no response within %s".formatted(JwtRules.withoutQuery(url), timeout));
        } catch (ExecutionException e) {
            throw new IOException("%s: %s".formatted(JwtRules.withoutQuery(url), e.getCause()));
        } finally {
            response.cancel(true);
        }
    }

    /** The token is read each time, since it may be replaced. */
    private String token() throws IOException {
        String token;
        try (InputStream in = Files.newInputStream(Path.of(tokenFile))) {
            token = new String(in.readNBytes(MAX_TOKEN_SIZE + 1), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IOException("%s: it cannot be read: %s".formatted(tokenFile, e));
        }
        if (!token.matches("[\\x21-\\x7e]{1,%s}".formatted(MAX_TOKEN_SIZE))) {
            throw new IOException(tokenFile + ": it holds no token of visible ASCII characters");
        }
        return token;
    }

    /** Ends the request in flight. */
    @Override
    public synchronized void close() {
        if (http != null) {
            http.shutdownNow();
        }
    }
}
