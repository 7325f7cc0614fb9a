package dev.frontdoor.actuate.access;

import dev.frontdoor.notifier.Credentials;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.authentication.ServerAuthenticationConverter;
import org.springframework.web.server.ServerWebExchange;

import reactor.core.publisher.Mono;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Finds what a request proves its operator by. A token decides if there is one, then a client
 * certificate, then the address.
 */
final class CredentialsConverter implements ServerAuthenticationConverter {

    private static final String BEARER = "bearer ";

    private final boolean certificates;
    private final boolean trustsLoopback;

    /**
     * A converter.
     *
     * @param certificates whether a client certificate proves something
     * @param trustsLoopback whether a request from this machine does
     */
    CredentialsConverter(boolean certificates, boolean trustsLoopback) {
        this.certificates = certificates;
        this.trustsLoopback = trustsLoopback;
    }

    @Override
    public Mono<Authentication> convert(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        List<String> tokens = bearerTokens(request.getHeaders());
        if (tokens.size() > 1) {
            return Mono.error(new BadCredentialsException("there are several tokens"));
        }
        List<X509Certificate> chain = certificates ? certificates(request.getSslInfo()) : null;
        if (!tokens.isEmpty() || chain != null) {
            String token = tokens.isEmpty() ? null : tokens.getFirst();
            return Mono.just(
                    new OperatorCredentials(
                            new Credentials(
                                    token,
                                    token == null ? chain : null,
                                    String.valueOf(request.getRemoteAddress()),
                                    request.getHeaders().getFirst(HttpHeaders.USER_AGENT))));
        }
        return trustsLoopback && AccessRequest.of(exchange).isFromLoopback()
                ? Mono.just(new OperatorAuthentication(Operator.LOOPBACK))
                : Mono.empty();
    }

    private static List<String> bearerTokens(HttpHeaders headers) {
        return headers.getOrEmpty(HttpHeaders.AUTHORIZATION).stream()
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip())
                .toList();
    }

    private static @Nullable List<X509Certificate> certificates(@Nullable SslInfo tls) {
        X509Certificate[] chain = tls == null ? null : tls.getPeerCertificates();
        return chain == null ? null : List.of(chain);
    }
}
