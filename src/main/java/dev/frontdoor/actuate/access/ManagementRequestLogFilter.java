package dev.frontdoor.actuate.access;

import dev.frontdoor.connection.ConditionalOnFrontDoor;
import dev.frontdoor.event.Event;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;
import dev.frontdoor.notifier.DisplayText;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import reactor.core.publisher.Mono;

import java.net.InetSocketAddress;

/**
 * Logs the requests to the management port that may change something, refused ones too: who sent
 * it, and the status of the response; null if the client left before it. Refused ones that repeat
 * are summarized. A request that has changed something becomes an event too.
 */
@ConditionalOnFrontDoor
@Order(-2)
final class ManagementRequestLogFilter implements WebFilter {

    private static final Logger log = LoggerFactory.getLogger(ManagementRequestLogFilter.class);

    private final RepeatedLines lines;
    private final EventLog events;

    ManagementRequestLogFilter(RepeatedLines lines, EventLog events) {
        this.lines = lines;
        this.events = events;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!AccessRequest.isChange(exchange.getRequest().getMethod())) {
            return chain.filter(exchange);
        }
        ServerHttpResponse response = exchange.getResponse();
        response.beforeCommit(() -> Mono.fromRunnable(() -> answered(exchange)));
        return chain.filter(exchange)
                .doOnCancel(() -> {
                    if (!response.isCommitted()) {
                        log(exchange);
                    }
                });
    }

    private void answered(ServerWebExchange exchange) {
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        InetSocketAddress client = exchange.getRequest().getRemoteAddress();
        if (status != null && status.is4xxClientError() && client != null) {
            lines.log(
                    Kind.FAILURE,
                    "refused requests of operators",
                    client.getHostString(),
                    () -> log(exchange));
        } else {
            log(exchange);
            if (status != null && status.is2xxSuccessful()) {
                record(exchange, status);
            }
        }
    }

    private void record(ServerWebExchange exchange, HttpStatusCode status) {
        ServerHttpRequest request = exchange.getRequest();
        String query = request.getURI().getRawQuery();
        events.record(
                new Event.Changed(
                        operator(exchange).phrase(),
                        String.valueOf(request.getRemoteAddress()),
                        request.getMethod().name(),
                        request.getPath().value() + (query == null ? "" : "?" + query),
                        status.value()));
    }

    private static Operator operator(ServerWebExchange exchange) {
        return exchange.getAttributeOrDefault(ManagementSecurity.OPERATOR, Operator.ANONYMOUS);
    }

    private static void log(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        log.info(
                "{} at {}: {} {} returned {}",
                operator(exchange).phrase(),
                request.getRemoteAddress(),
                request.getMethod(),
                DisplayText.of(request.getURI().toString()),
                exchange.getResponse().getStatusCode());
    }
}
