package dev.frontdoor.actuate;

import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.RequestPath;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import reactor.core.publisher.Mono;

import java.net.URI;
import java.util.Set;

/** Redirects {@code /} of the management port to the list of endpoints. */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
@Order(2)
final class RootRedirectFilter implements WebFilter {

    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final String basePath;

    RootRedirectFilter(PathMappedEndpoints paths) {
        basePath = paths.getBasePath();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        RequestPath path = exchange.getRequest().getPath();
        boolean root =
                READS.contains(exchange.getRequest().getMethod())
                        && path.pathWithinApplication().value().equals("/");
        if (!root || basePath.isEmpty() || basePath.equals("/")) {
            return chain.filter(exchange);
        }
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatus.FOUND);
        response.getHeaders().setLocation(URI.create(path.contextPath().value() + basePath));
        return response.setComplete();
    }
}
