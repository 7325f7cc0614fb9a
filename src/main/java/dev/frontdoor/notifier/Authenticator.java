package dev.frontdoor.notifier;

/**
 * Decides who a worker is. If the application has a bean of this type, it decides alone: {@code
 * frontdoor.auth.tokens}, {@code frontdoor.auth.token-files} and {@code frontdoor.auth.jwt} must
 * not be set beside it. Only a certificate is not its business if {@code
 * frontdoor.auth.certificates.name-from} is set.
 */
@FunctionalInterface
public interface Authenticator {

    /**
     * Finds out who has these credentials. Called for each upgrade that has {@code Authorization:
     * Bearer}, and for each first Connect of a worker that has not proved itself at its upgrade, or
     * by its certificate. Nothing else of the worker is processed meanwhile.
     *
     * <p>Calls run on threads of their own, several at once, and may block. There are at most
     * {@code frontdoor.auth.max-concurrent-checks} of them. A call that takes longer than {@code
     * frontdoor.auth.timeout}, the wait for a thread included, is interrupted. It keeps its thread
     * until it returns.
     *
     * @param credentials what the worker has sent, and where it comes from
     * @return who the worker is. Its notifiers read it from {@link ConnectionFacts#principal}
     * @throws AuthenticationException if the credentials are not accepted. A worker's upgrade gets
     *     status 401; its connection is closed with code 1008
     * @throws RuntimeException any other: they cannot be checked now. A worker's upgrade gets
     *     status 503; its connection is closed with code 1011, and it may come back
     */
    Principal authenticate(Credentials credentials);
}
