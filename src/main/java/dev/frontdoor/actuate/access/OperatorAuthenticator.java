package dev.frontdoor.actuate.access;

import dev.frontdoor.auth.AuthenticationResult;
import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.auth.AuthenticationResult.Unavailable;
import dev.frontdoor.auth.AuthenticationService;
import dev.frontdoor.notifier.Credentials;

import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.CredentialsExpiredException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.core.Authentication;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import java.util.concurrent.atomic.AtomicBoolean;

/** Checks the credentials of operators. The messages of its exceptions are for the log. */
final class OperatorAuthenticator implements ReactiveAuthenticationManager {

    private final AuthenticationService service;

    OperatorAuthenticator(AuthenticationService service) {
        this.service = service;
    }

    @Override
    public Mono<Authentication> authenticate(Authentication shown) {
        if (!(shown.getCredentials() instanceof Credentials credentials)) {
            return Mono.just(shown);
        }
        if (!service.isRequired()) {
            return Mono.error(new BadCredentialsException("operators have no tokens"));
        }
        return Mono.defer(() -> check(credentials)).map(OperatorAuthenticator::operator);
    }

    private Mono<AuthenticationResult> check(Credentials credentials) {
        AtomicBoolean awaited = new AtomicBoolean(true);
        Sinks.One<AuthenticationResult> later = Sinks.one();
        AuthenticationResult known =
                service.authenticate(
                        credentials,
                        awaited::get,
                        result -> {
                            var _ = later.tryEmitValue(result);
                        });
        // The threads of checks are for checks only.
        return known != null
                ? Mono.just(known)
                : later.asMono()
                        .publishOn(Schedulers.parallel())
                        .doOnCancel(() -> awaited.set(false));
    }

    private static Authentication operator(AuthenticationResult result) {
        return switch (result) {
            case Accepted accepted -> new OperatorAuthentication(named(Operator.of(accepted)));
            case Refused refused when refused.expired() ->
                    throw new CredentialsExpiredException(refused.reason());
            case Refused refused -> throw new BadCredentialsException(refused.reason());
            case Unavailable _ -> throw new AuthenticationServiceException("the log says why");
        };
    }

    private static Operator named(Operator operator) {
        if (Operator.isReserved(operator.name())) {
            throw new BadCredentialsException(
                    "its name '%s' is reserved".formatted(operator.name()));
        }
        return operator;
    }
}
