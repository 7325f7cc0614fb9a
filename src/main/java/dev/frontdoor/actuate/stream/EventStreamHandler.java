package dev.frontdoor.actuate.stream;

import dev.frontdoor.actuate.access.CurrentOperator;
import dev.frontdoor.actuate.access.Operator;
import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Answers a request for events with a stream. */
final class EventStreamHandler implements WebHandler {

    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final Set<String> SNAPSHOT_VALUES = Set.of("true", "false");
    private static final Set<String> SCOPES = Set.of("instance", "fleet");

    /** Bytes of one buffer. */
    private static final int SLICE_SIZE = 8 * 1024;

    private final EventStreams streams;
    private final @Nullable FleetEvents fleet;

    /**
     * Answers with streams.
     *
     * @param fleet null without a directory
     */
    EventStreamHandler(EventStreams streams, @Nullable FleetEvents fleet) {
        this.streams = streams;
        this.fleet = fleet;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        String snapshot = exchange.getRequest().getQueryParams().getFirst("snapshot");
        String scope = exchange.getRequest().getQueryParams().getFirst("scope");
        if (snapshot != null && !SNAPSHOT_VALUES.contains(snapshot)) {
            return refused("snapshot must be true or false, was '%s'", snapshot);
        }
        if (scope != null && !SCOPES.contains(scope)) {
            return refused("scope must be instance or fleet, was '%s'", scope);
        }
        if ("fleet".equals(scope)) {
            return handleFleet(exchange, snapshot);
        }
        boolean withTable = "true".equals(snapshot);
        String lastId = exchange.getRequest().getHeaders().getFirst(LAST_EVENT_ID);
        return exchange.getRequest().getMethod().equals(HttpMethod.HEAD)
                ? begin(exchange.getResponse()).setComplete()
                : CurrentOperator.get()
                        .flatMap(operator ->
                                stream(exchange.getResponse(), operator, lastId, withTable));
    }

    private Mono<Void> handleFleet(ServerWebExchange exchange, @Nullable String snapshot) {
        FleetEvents events = fleet;
        if (events == null) {
            return refused("scope=%s needs frontdoor.directory.enabled", "fleet");
        }
        if (snapshot != null) {
            return refused("snapshot is not allowed with scope=%s", "fleet");
        }
        return exchange.getRequest().getMethod().equals(HttpMethod.HEAD)
                ? begin(exchange.getResponse()).setComplete()
                : CurrentOperator.get()
                        .flatMap(operator -> streamFleet(exchange.getResponse(), operator, events));
    }

    private Mono<Void> streamFleet(
            ServerHttpResponse response, Operator operator, FleetEvents events) {
        Mono<Void> stopping = streams.openOfFleet();
        if (stopping == null) {
            return full(response);
        }
        return begin(response)
                .writeAndFlushWith(
                        events.open(operator, stopping)
                                .map(text ->
                                        Flux.fromIterable(slices(text, response.bufferFactory()))))
                .doFinally(_ -> streams.closeOfFleet());
    }

    private static Mono<Void> refused(String reason, String value) {
        return Mono.error(
                new ResponseStatusException(
                        HttpStatus.BAD_REQUEST, reason.formatted(DisplayText.of(value))));
    }

    private static Mono<Void> full(ServerHttpResponse response) {
        response.getHeaders().set(HttpHeaders.RETRY_AFTER, "5");
        return Mono.error(
                new ResponseStatusException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "too many streams are open, or the service is stopping; try again later"));
    }

    private Mono<Void> stream(
            ServerHttpResponse response,
            Operator operator,
            @Nullable String lastId,
            boolean withTable) {
        EventStream stream = streams.open(operator, lastId, withTable);
        if (stream == null) {
            return full(response);
        }
        Flux<DataBuffer> part =
                Mono.defer(stream::next)
                        .flatMapIterable(text -> slices(text, response.bufferFactory()));
        Flux<Flux<DataBuffer>> parts =
                Flux.generate(sink -> {
                    if (stream.hasEnded()) {
                        sink.complete();
                    } else {
                        sink.next(part);
                    }
                });
        return begin(response).writeAndFlushWith(parts).doFinally(_ -> streams.close(stream));
    }

    /** Of what is sent at once, only what its reader takes is copied into direct memory. */
    private static List<DataBuffer> slices(String text, DataBufferFactory buffers) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<DataBuffer> slices = new ArrayList<>();
        for (int start = 0; start < bytes.length; start += SLICE_SIZE) {
            int end = Math.min(bytes.length, start + SLICE_SIZE);
            slices.add(buffers.wrap(ByteBuffer.wrap(bytes, start, end - start)));
        }
        return slices;
    }

    private static ServerHttpResponse begin(ServerHttpResponse response) {
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.TEXT_EVENT_STREAM);
        headers.setCacheControl(CacheControl.noStore());
        // Proxies of the nginx family hold a response back otherwise.
        headers.set("X-Accel-Buffering", "no");
        return response;
    }
}
