package dev.frontdoor.actuate;

import dev.frontdoor.notifier.DisplayText;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import reactor.core.publisher.Mono;

import java.security.Principal;

/**
 * Logs every request to the management port that may change something: who sent it, and the status
 * of the response; null if the client left before it. Requests with GET and HEAD change nothing.
 */
@Order(0)
final class ManagementRequestLogFilter implements WebFilter {

    private static final Logger log = LoggerFactory.getLogger(ManagementRequestLogFilter.class);

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpMethod method = exchange.getRequest().getMethod();
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            return chain.filter(exchange);
        }
        return exchange.getPrincipal()
                .map(Principal::getName)
                .defaultIfEmpty("anonymous")
                .flatMap(operator -> {
                    ServerHttpResponse response = exchange.getResponse();
                    response.beforeCommit(() -> Mono.fromRunnable(() -> log(operator, exchange)));
                    return chain.filter(exchange)
                            .doOnCancel(() -> {
                                if (!response.isCommitted()) {
                                    log(operator, exchange);
                                }
                            });
                });
    }

    private static void log(String operator, ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        log.info(
                "operator '{}' at {}: {} {} returned {}",
                operator,
                request.getRemoteAddress(),
                request.getMethod(),
                DisplayText.truncate(request.getURI().toString()),
                exchange.getResponse().getStatusCode());
    }
}
