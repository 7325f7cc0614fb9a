package dev.frontdoor.actuate.access;

import dev.frontdoor.actuate.access.RefusedRequests.Reason;
import dev.frontdoor.auth.role.OperatorRole;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.CredentialsExpiredException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

import reactor.core.publisher.Mono;

import java.net.InetSocketAddress;

/** Tells clients why they are refused, as RFC 6750 has it, in a header and in the body. */
final class AccessRefusals {

    private static final Logger log = LoggerFactory.getLogger(AccessRefusals.class);

    private static final String CHALLENGE = "Bearer realm=\"management\"";

    private final AccessRules rules;
    private final boolean authentication;
    private final boolean trustsLoopback;
    private final RefusedRequests refused;
    private final RepeatedLines lines;

    AccessRefusals(
            AccessRules rules,
            boolean authentication,
            boolean trustsLoopback,
            RefusedRequests refused,
            RepeatedLines lines) {
        this.rules = rules;
        this.authentication = authentication;
        this.trustsLoopback = trustsLoopback;
        this.refused = refused;
        this.lines = lines;
    }

    /** There are no credentials. Without any that could be shown, more of them do not help. */
    Mono<Void> missing(ServerWebExchange exchange) {
        OperatorRole needed = rules.needed(exchange);
        boolean change = needed == OperatorRole.OPERATE;
        String message =
                "%s a token of role %s, as 'Authorization: Bearer TOKEN'%s"
                        .formatted(
                                change ? "a change needs" : "this needs",
                                change ? OperatorRole.OPERATE.label() : OperatorRole.VIEW.label(),
                                trustsLoopback
                                        ? ", or must come from 127.0.0.1 or ::1, not through a"
                                                + " proxy"
                                        : "");
        refused.count(Reason.MISSING);
        return authentication
                ? refuse(exchange, HttpStatus.UNAUTHORIZED, CHALLENGE, message)
                : Mono.error(new ResponseStatusException(HttpStatus.FORBIDDEN, message));
    }

    /** The credentials do not count. */
    Mono<Void> failed(ServerWebExchange exchange, AuthenticationException why) {
        if (why instanceof AuthenticationServiceException) {
            refused.count(Reason.UNAVAILABLE);
            exchange.getResponse().getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
            return Mono.error(
                    new ResponseStatusException(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "the credentials cannot be checked now; try again later"));
        }
        boolean expired = why instanceof CredentialsExpiredException;
        refused.count(expired ? Reason.EXPIRED : Reason.WRONG);
        log(exchange, String.valueOf(why.getMessage()));
        String message =
                expired ? "the credentials have expired" : "the credentials are not accepted";
        return refuse(
                exchange,
                HttpStatus.UNAUTHORIZED,
                "%s, error=\"invalid_token\", error_description=\"%s\""
                        .formatted(CHALLENGE, message),
                message);
    }

    private void log(ServerWebExchange exchange, String why) {
        InetSocketAddress client = exchange.getRequest().getRemoteAddress();
        lines.log(
                Kind.FAULT,
                "refused credentials of operators",
                client == null ? "" : client.getHostString(),
                () -> log.warn("credentials of an operator at {} are refused: {}", client, why));
    }

    /** The operator lacks the role. */
    Mono<Void> denied(ServerWebExchange exchange, Operator operator) {
        OperatorRole needed = rules.needed(exchange);
        String role = needed == null ? OperatorRole.VIEW.label() : needed.label();
        refused.count(Reason.ROLE);
        return refuse(
                exchange,
                HttpStatus.FORBIDDEN,
                "%s, error=\"insufficient_scope\", scope=\"%s\"".formatted(CHALLENGE, role),
                "this needs the role %s; %s has %s"
                        .formatted(
                                role,
                                operator.phrase(),
                                operator.role() == null
                                        ? "no role"
                                        : "the role " + operator.role().label()));
    }

    private static Mono<Void> refuse(
            ServerWebExchange exchange, HttpStatus status, String challenge, String message) {
        exchange.getResponse().getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, challenge);
        return Mono.error(new ResponseStatusException(status, message));
    }
}
