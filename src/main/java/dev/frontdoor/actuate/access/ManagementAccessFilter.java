package dev.frontdoor.actuate.access;

import dev.frontdoor.actuate.access.AccessRequest.Target;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;

import reactor.core.publisher.Mono;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Refuses the requests to the management port that {@link AccessPolicy} does not allow. */
@Order(1)
final class ManagementAccessFilter implements WebFilter {

    /** The attribute of an exchange that names who sent the request. */
    static final String OPERATOR = ManagementAccessFilter.class.getName() + ".operator";

    private static final Logger log = LoggerFactory.getLogger(ManagementAccessFilter.class);

    private final AccessPolicy policy;
    private final @Nullable String health;
    private final @Nullable String prometheus;

    ManagementAccessFilter(
            ManagementProperties properties,
            PathMappedEndpoints paths,
            ObjectProvider<ForwardedHeaderTransformer> forwarded) {
        policy =
                new AccessPolicy(
                        new ManagementTokens(properties.tokens()),
                        properties.trustLoopback() && !isPeerHidden(forwarded),
                        properties.allowedOrigins(),
                        allowedHosts(properties));
        health = paths.getPath(EndpointId.of("health"));
        prometheus = paths.getPath(EndpointId.of("prometheus"));
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        AccessDecision decision =
                policy.decide(
                        new AccessRequest(
                                request.getMethod(),
                                target(request.getPath().pathWithinApplication().value()),
                                request.getHeaders(),
                                address(request.getRemoteAddress())));
        exchange.getAttributes().put(OPERATOR, decision.operator());
        return switch (decision) {
            case AccessDecision.Allowed allowed ->
                    CurrentOperator.during(allowed.operator(), chain.filter(exchange));
            case AccessDecision.Refused refused -> refuse(exchange, refused);
        };
    }

    private static Mono<Void> refuse(ServerWebExchange exchange, AccessDecision.Refused refused) {
        if (refused.status() == HttpStatus.UNAUTHORIZED) {
            exchange.getResponse().getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return Mono.error(new ResponseStatusException(refused.status(), refused.reason()));
    }

    private Target target(String path) {
        if (isBelow(health, path)) {
            return Target.HEALTH;
        }
        return isBelow(prometheus, path) ? Target.METERS : Target.OTHER;
    }

    private static boolean isBelow(@Nullable String endpoint, String path) {
        return endpoint != null && (path.equals(endpoint) || path.startsWith(endpoint + "/"));
    }

    private static @Nullable InetAddress address(@Nullable InetSocketAddress peer) {
        return peer == null ? null : peer.getAddress();
    }

    /** The transformer replaces the address of the peer by one that the client declares. */
    private static boolean isPeerHidden(ObjectProvider<ForwardedHeaderTransformer> forwarded) {
        boolean hidden = forwarded.getIfAvailable() != null;
        if (hidden) {
            log.warn(
                    "server.forward-headers-strategy is framework, which hides the peer's address:"
                            + " changes on the management port need a token even from loopback");
        }
        return hidden;
    }

    private static List<String> allowedHosts(ManagementProperties properties) {
        List<String> hosts = new ArrayList<>(properties.allowedHosts());
        hosts.add("localhost");
        try {
            hosts.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            log.warn("the name of this machine is unknown, so Host must not contain it", e);
        }
        return hosts;
    }
}
