package dev.frontdoor.actuate.access;

import dev.frontdoor.actuate.access.RefusedRequests.Reason;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import reactor.core.publisher.Mono;

/** Refuses requests that name an unknown host, and changes by pages of other sites. */
final class SiteFilter implements WebFilter {

    private final SiteRules rules;
    private final OpenPaths open;
    private final RefusedRequests refused;

    SiteFilter(SiteRules rules, OpenPaths open, RefusedRequests refused) {
        this.rules = rules;
        this.open = open;
        this.refused = refused;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        AccessRequest request = AccessRequest.of(exchange);
        if (!request.isChange() && open.isProbe(request.path())) {
            return chain.filter(exchange);
        }
        String host = rules.unknownHost(request.headers());
        if (host != null) {
            return refuse(Reason.HOST, host);
        }
        @Nullable String site = request.isChange() ? rules.foreignSite(request.headers()) : null;
        return site == null ? chain.filter(exchange) : refuse(Reason.SITE, site);
    }

    private Mono<Void> refuse(Reason reason, String message) {
        refused.count(reason);
        return Mono.error(new ResponseStatusException(HttpStatus.FORBIDDEN, message));
    }
}
