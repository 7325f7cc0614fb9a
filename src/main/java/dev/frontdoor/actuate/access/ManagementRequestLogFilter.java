package dev.frontdoor.actuate.access;

import dev.frontdoor.notifier.DisplayText;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import reactor.core.publisher.Mono;

/**
 * Logs every request to the management port that may change something, a refused one too: who sent
 * it, and the status of the response; null if the client left before it.
 */
@Order(-2)
final class ManagementRequestLogFilter implements WebFilter {

    private static final Logger log = LoggerFactory.getLogger(ManagementRequestLogFilter.class);

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!AccessRequest.isChange(exchange.getRequest().getMethod())) {
            return chain.filter(exchange);
        }
        ServerHttpResponse response = exchange.getResponse();
        response.beforeCommit(() -> Mono.fromRunnable(() -> log(exchange)));
        return chain.filter(exchange)
                .doOnCancel(() -> {
                    if (!response.isCommitted()) {
                        log(exchange);
                    }
                });
    }

    private static void log(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        log.info(
                "operator '{}' at {}: {} {} returned {}",
                exchange.getAttributeOrDefault(
                        ManagementAccessFilter.OPERATOR, AccessDecision.ANONYMOUS),
                request.getRemoteAddress(),
                request.getMethod(),
                DisplayText.of(request.getURI().toString()),
                exchange.getResponse().getStatusCode());
    }
}
