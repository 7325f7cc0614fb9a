package dev.frontdoor.actuate;

import dev.frontdoor.actuate.access.RefusedRequests;
import dev.frontdoor.connection.ConditionalOnFrontDoor;
import dev.frontdoor.connection.address.Network;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import reactor.core.publisher.Mono;

import java.net.InetSocketAddress;
import java.util.Set;

/**
 * Makes few responses of the management port at once, so that probes are answered in time whatever
 * the number of scrapes. A turn ends when the response begins: it does not wait for its reader. A
 * client that leaves does not end it. Probes, changes and streams of events need no turn.
 */
@ConditionalOnFrontDoor
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
@Order(4)
final class RequestTurnFilter implements WebFilter {

    /** How many responses are made at once. */
    private static final int MAX_SERVED = 2;

    /** How many requests may wait for that; one address may take three quarters. */
    private static final int MAX_WAITING = 16;

    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final RequestTurns turns = new RequestTurns(MAX_SERVED, MAX_WAITING);
    private final @Nullable String health;
    private final @Nullable String events;
    private final RefusedRequests refused;

    RequestTurnFilter(PathMappedEndpoints paths, RefusedRequests refused) {
        health = paths.getPath(EndpointId.of("health"));
        events = paths.getPath(EndpointId.of("events"));
        this.refused = refused;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return needsTurn(exchange)
                ? Mono.defer(() -> serve(exchange, chain))
                : chain.filter(exchange);
    }

    private boolean needsTurn(ServerWebExchange exchange) {
        String path = exchange.getRequest().getPath().pathWithinApplication().value();
        return READS.contains(exchange.getRequest().getMethod())
                && !path.equals(events)
                && (health == null || !(path.equals(health) || path.startsWith(health + "/")));
    }

    private static String client(ServerWebExchange exchange) {
        InetSocketAddress client = exchange.getRequest().getRemoteAddress();
        return client == null ? "" : Network.of(client.getHostString());
    }

    private Mono<Void> serve(ServerWebExchange exchange, WebFilterChain chain) {
        RequestTurns.Turn turn = turns.ask(client(exchange));
        if (turn == null) {
            refused.count(RefusedRequests.Reason.BUSY);
            exchange.getResponse().getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
            return Mono.error(
                    new ResponseStatusException(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "too many requests wait; try again later"));
        }
        exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(turn::end));
        Mono<Void> served =
                Mono.defer(() ->
                        turn.start()
                                ? chain.filter(exchange).doFinally(_ -> turn.end())
                                : Mono.empty());
        // A cache is not canceled: what has started runs on without its client.
        return turn.granted().then(served.cache()).doOnCancel(turn::leave);
    }
}
