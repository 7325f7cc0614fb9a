package dev.frontdoor.webhook;

import io.micrometer.core.instrument.Clock;
import io.micrometer.observation.ObservationRegistry;

import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

import reactor.core.scheduler.Scheduler;

import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;

/** Sends events to the receiver by POST, each call in one attempt, over connections of its own. */
final class WebhookClient implements AutoCloseable {

    private static final MediaType CLOUD_EVENT =
            MediaType.parseMediaType("application/cloudevents+json");

    private static final Duration MAX_IDLE = Duration.ofSeconds(30);

    private final Connections connections;
    private final RestClient client;
    private final URI url;
    private final Duration responseTimeout;
    private final SendingMemory memory;
    private final Signer signer;
    private final Clock clock;

    /**
     * Opens no connection yet.
     *
     * @param ssl certificates and keys for https; null for those of the JDK
     * @param observations observes each request, and so adds its trace headers
     * @param timer ends attempts that take too long; never blocked
     */
    WebhookClient(
            WebhookProperties properties,
            @Nullable SslBundle ssl,
            ObservationRegistry observations,
            Scheduler timer,
            Clock clock) {
        this.connections =
                new Connections(properties, tls(ssl), ProxySelector.getDefault(), MAX_IDLE, timer);
        this.client =
                RestClient.builder()
                        .requestFactory(connections)
                        .observationRegistry(observations)
                        .observationConvention(new RequestObservation())
                        .build();
        this.url = URI.create(properties.url());
        this.responseTimeout = properties.responseTimeout();
        this.memory = new SendingMemory(properties.sendingMemory());
        this.signer = new Signer(properties.secrets());
        this.clock = clock;
    }

    private static TlsSocketStrategy tls(@Nullable SslBundle ssl) {
        return ssl == null
                ? tls(SSLContexts.createSystemDefault(), SslOptions.NONE)
                : tls(ssl.createSslContext(), ssl.getOptions());
    }

    private static TlsSocketStrategy tls(SSLContext context, SslOptions options) {
        return new DefaultClientTlsStrategy(
                context,
                options.getEnabledProtocols(),
                options.getCiphers(),
                SSLBufferMode.STATIC,
                HostnameVerificationPolicy.BUILTIN,
                null);
    }

    /** The time limit of one attempt. */
    Duration timeout() {
        return responseTimeout;
    }

    /**
     * Sends an event and waits for the response, first for memory. An interrupt cancels the
     * request; the thread is still interrupted afterwards.
     */
    WebhookResult post(Event event) {
        try {
            if (!memory.acquire(event, responseTimeout)) {
                return new WebhookResult.Failed(
                        "was not called, since too many large events are being sent", false, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new WebhookResult.Failed("was not called before the interrupt", false, e);
        }
        try {
            return send(event);
        } finally {
            memory.release(event);
        }
    }

    private WebhookResult send(Event event) {
        long start = clock.monotonicTime();
        try {
            return request(event)
                    .exchangeForRequiredValue((_, response) ->
                            WebhookResult.of(
                                    response.getStatusCode().value(),
                                    response.getBody().readAllBytes(),
                                    RetryAfter.of(
                                            response.getHeaders(),
                                            Instant.ofEpochMilli(clock.wallTime()))));
        } catch (ResourceAccessException e) {
            long elapsed = clock.monotonicTime() - start;
            return failed(e.getCause() == null ? e : e.getCause(), elapsed);
        }
    }

    private RestClient.RequestHeadersSpec<?> request(Event event) {
        byte[] body = event.json();
        long timestamp = TimeUnit.MILLISECONDS.toSeconds(clock.wallTime());
        RestClient.RequestBodySpec request =
                client.post()
                        .uri(url)
                        .contentType(CLOUD_EVENT)
                        .accept(MediaType.APPLICATION_JSON)
                        .header(HttpHeaders.USER_AGENT, "worker-front-door")
                        .header("webhook-id", event.id())
                        .header("webhook-timestamp", Long.toString(timestamp));
        if (signer.signs()) {
            request.header("webhook-signature", signer.sign(event.id(), timestamp, body));
        }
        return request.body(body);
    }

    private WebhookResult.Failed failed(Throwable thrown, long elapsedNanos) {
        if (Thread.currentThread().isInterrupted()) {
            return new WebhookResult.Failed("did not respond before the interrupt", true, thrown);
        }
        return switch (thrown) {
            case UnknownHostException e -> new WebhookResult.Failed("cannot be found", false, e);
            case ConnectException e -> new WebhookResult.Failed("cannot be reached", false, e);
            case ConnectTimeoutException e ->
                    new WebhookResult.Failed("cannot be reached", false, e);
            case SSLHandshakeException e -> new WebhookResult.Failed("cannot be trusted", false, e);
            default ->
                    TimeUnit.NANOSECONDS.toMillis(elapsedNanos) >= responseTimeout.toMillis()
                            ? new WebhookResult.Failed(
                                    "did not respond within " + responseTimeout, true, thrown)
                            : new WebhookResult.Failed("sent no complete response", true, thrown);
        };
    }

    /** Ends the requests in flight. */
    @Override
    public void close() {
        connections.close();
    }
}
