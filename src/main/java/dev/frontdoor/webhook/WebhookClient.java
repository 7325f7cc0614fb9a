package dev.frontdoor.webhook;

import org.jspecify.annotations.Nullable;

import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLHandshakeException;

/** POSTs events, one attempt at a time, over connections of its own. */
final class WebhookClient implements AutoCloseable {

    private final HttpClient http;
    private final URI url;
    private final Duration responseTimeout;
    private final Signer signer;
    private final Clock clock;

    WebhookClient(WebhookProperties properties, Clock clock) {
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(properties.connectTimeout())
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
        this.url = properties.target();
        this.responseTimeout = properties.responseTimeout();
        this.signer = new Signer(properties.keys());
        this.clock = clock;
    }

    /** How long one attempt may take. */
    Duration timeout() {
        return responseTimeout;
    }

    /**
     * Sends an event and waits for the answer. An interrupt cancels the request; the thread is
     * still interrupted afterwards.
     */
    WebhookResult post(Event event) {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                http.sendAsync(request(event), _ -> new BoundedBody());
        try {
            HttpResponse<byte[]> response =
                    exchange.get(responseTimeout.toNanos(), TimeUnit.NANOSECONDS);
            return WebhookResult.of(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            return new WebhookResult.Failed("gave no answer within " + responseTimeout, true, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new WebhookResult.Failed("was not waited for: interrupted", true, e);
        } catch (ExecutionException e) {
            return failed(e.getCause() == null ? e : e.getCause());
        } finally {
            exchange.cancel(true);
        }
    }

    private HttpRequest request(Event event) {
        byte[] body = event.json();
        long timestamp = clock.instant().getEpochSecond();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url)
                        .POST(BodyPublishers.ofByteArray(body))
                        .header("Content-Type", "application/cloudevents+json")
                        .header("Accept", "application/json")
                        .header("User-Agent", "worker-front-door")
                        .header("webhook-id", event.id())
                        .header("webhook-timestamp", Long.toString(timestamp));
        if (signer.signs()) {
            request.header("webhook-signature", signer.sign(event.id(), timestamp, body));
        }
        return request.build();
    }

    private static WebhookResult.Failed failed(Throwable thrown) {
        return switch (rootOf(thrown)) {
            case UnknownHostException e -> new WebhookResult.Failed("cannot be found", false, e);
            case UnresolvedAddressException e ->
                    new WebhookResult.Failed("cannot be found", false, e);
            case HttpConnectTimeoutException e ->
                    new WebhookResult.Failed("cannot be reached", false, e);
            case ConnectException e -> new WebhookResult.Failed("cannot be reached", false, e);
            case SSLHandshakeException e -> new WebhookResult.Failed("cannot be trusted", false, e);
            default -> new WebhookResult.Failed("gave no whole answer", true, thrown);
        };
    }

    /** What a failure to connect wraps: the address that is not known, or itself. */
    private static Throwable rootOf(Throwable thrown) {
        @Nullable Throwable cause = thrown.getCause();
        return thrown instanceof ConnectException
                        && (cause instanceof UnresolvedAddressException
                                || cause instanceof UnknownHostException)
                ? cause
                : thrown;
    }

    /** Ends what is still under way. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
