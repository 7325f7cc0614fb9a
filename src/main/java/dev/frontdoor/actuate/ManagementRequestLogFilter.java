package dev.frontdoor.actuate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import reactor.core.publisher.Mono;

import java.security.Principal;

/**
 * Logs every request to the management port that may change something: who sent it, and the status
 * of the response. Requests with GET and HEAD change nothing.
 */
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
                .flatMap(
                        operator -> chain.filter(exchange).doFinally(_ -> log(operator, exchange)));
    }

    private static void log(String operator, ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        log.info(
                "operator '{}' at {}: {} {} returned {}",
                operator,
                request.getRemoteAddress(),
                request.getMethod(),
                request.getURI(),
                exchange.getResponse().getStatusCode());
    }
}
