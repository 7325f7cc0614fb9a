package dev.frontdoor.webhook;

import io.netty.channel.ChannelOption;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;

import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLHandshakeException;

/**
 * POSTs events, one attempt at a time. It has an event loop and connections of its own: a receiver
 * takes nothing from the workers' connections, and both outlast the web server's until the last
 * event is out.
 */
final class WebhookClient implements AutoCloseable {

    private static final MediaType CLOUD_EVENT =
            MediaType.parseMediaType("application/cloudevents+json");

    /** How much of an answer is read. */
    private static final int MAX_ANSWER = 16 * 1024;

    /** Less than the keep-alive of most servers, so that few connections turn out to be closed. */
    private static final Duration MAX_IDLE = Duration.ofSeconds(30);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final ConnectionProvider connections;
    private final LoopResources loops = LoopResources.create("webhook", 1, true);
    private final WebClient web;
    private final URI url;
    private final Duration responseTimeout;
    private final Signer signer;
    private final Clock clock;

    WebhookClient(WebhookProperties properties, Clock clock) {
        this.connections = ConnectionProvider.builder("webhook").maxIdleTime(MAX_IDLE).build();
        HttpClient http =
                HttpClient.create(connections)
                        .runOn(loops)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                Math.toIntExact(properties.connectTimeout().toMillis()));
        this.web =
                WebClient.builder()
                        .clientConnector(new ReactorClientHttpConnector(http))
                        .defaultHeader(HttpHeaders.USER_AGENT, "worker-front-door")
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
    Answer post(Event event) {
        byte[] body = event.json();
        Mono<Answer> answer =
                web.post()
                        .uri(url)
                        .contentType(CLOUD_EVENT)
                        .accept(MediaType.APPLICATION_JSON)
                        .headers(headers -> sign(headers, event.id(), body))
                        .bodyValue(body)
                        .exchangeToMono(WebhookClient::read)
                        .timeout(responseTimeout);
        try {
            return Objects.requireNonNull(answer.block());
        } catch (RuntimeException e) {
            return failed(Exceptions.unwrap(e));
        }
    }

    private void sign(HttpHeaders headers, String id, byte[] body) {
        long timestamp = clock.instant().getEpochSecond();
        headers.set("webhook-id", id);
        headers.set("webhook-timestamp", Long.toString(timestamp));
        if (signer.signs()) {
            headers.set("webhook-signature", signer.sign(id, timestamp, body));
        }
    }

    /** Reads an answer to its end or its bound; what comes after the bound is left unread. */
    private static Mono<Answer> read(ClientResponse response) {
        return DataBufferUtils.join(
                        DataBufferUtils.takeUntilByteCount(
                                response.body(BodyExtractors.toDataBuffers()), MAX_ANSWER))
                .map(WebhookClient::bytes)
                .defaultIfEmpty(new byte[0])
                .map(body -> Answer.of(response.statusCode().value(), body));
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private Answer.Failed failed(Throwable thrown) {
        Throwable cause =
                thrown instanceof WebClientRequestException e && e.getCause() != null
                        ? e.getCause()
                        : thrown;
        return switch (cause) {
            case TimeoutException e ->
                    new Answer.Failed("gave no answer within " + responseTimeout, true, e);
            case InterruptedException e ->
                    new Answer.Failed("was not waited for: interrupted", true, e);
            case ConnectException e -> new Answer.Failed("cannot be reached", false, e);
            case UnknownHostException e -> new Answer.Failed("cannot be found", false, e);
            case SSLHandshakeException e -> new Answer.Failed("cannot be trusted", false, e);
            default -> new Answer.Failed("gave no whole answer", true, cause);
        };
    }

    /** Ends what is still under way. */
    @Override
    public void close() {
        connections
                .disposeLater()
                .then(loops.disposeLater(Duration.ZERO, CLOSE_LIMIT))
                .timeout(CLOSE_LIMIT.plus(CLOSE_LIMIT))
                .onErrorComplete()
                .block();
    }
}
