package dev.frontdoor.actuate.access;

import dev.frontdoor.auth.role.OperatorRole;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.ReactiveAuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.web.server.ServerWebExchange;

import reactor.core.publisher.Mono;

/**
 * Which role a request needs. A change needs operate. A read needs view if operators have
 * credentials, unless its path is open.
 */
final class AccessRules implements ReactiveAuthorizationManager<ServerWebExchange> {

    private final OpenPaths open;
    private final boolean readsNeedRole;

    AccessRules(OpenPaths open, boolean readsNeedRole) {
        this.open = open;
        this.readsNeedRole = readsNeedRole;
    }

    @Override
    public Mono<AuthorizationResult> authorize(
            Mono<Authentication> authentication, ServerWebExchange exchange) {
        OperatorRole needed = needed(exchange);
        return needed == null
                ? Mono.just(new AuthorizationDecision(true))
                : authentication
                        .map(OperatorAuthentication::operator)
                        .map(operator -> operator.has(needed))
                        .defaultIfEmpty(false)
                        .<AuthorizationResult>map(AuthorizationDecision::new);
    }

    /** The role that a request needs; null if it needs none. */
    @Nullable OperatorRole needed(ServerWebExchange exchange) {
        AccessRequest request = AccessRequest.of(exchange);
        if (request.isChange()) {
            return OperatorRole.OPERATE;
        }
        boolean free = !readsNeedRole || request.isPreflight() || open.contains(request.path());
        return free ? null : OperatorRole.VIEW;
    }
}
