package dev.frontdoor.auth;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.notifier.Credentials;
import dev.frontdoor.notifier.Principal;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Finds out who a peer is: a worker, or an operator. Of the methods, the first that knows such
 * credentials decides. Used by any thread; nothing blocks.
 */
public final class AuthenticationService {

    /** The longest token that is looked at, in characters. */
    public static final int MAX_TOKEN_LENGTH = 16 * 1024;

    private final List<AuthenticationMethod> methods;
    private final boolean usesCertificates;
    private final boolean renewsTokens;
    private final AuthenticationMetrics metrics;
    private final Clock clock;

    /**
     * A service.
     *
     * @param methods in the order in which they are asked; empty if nobody has to prove anything
     * @param renewsTokens whether a worker may replace its JWT by a fresh one
     */
    AuthenticationService(
            List<AuthenticationMethod> methods,
            boolean renewsTokens,
            AuthenticationMetrics metrics,
            Clock clock) {
        this.methods = List.copyOf(methods);
        this.usesCertificates =
                methods.stream().anyMatch(it -> it.kind() == Principal.Kind.CERTIFICATE);
        this.renewsTokens = renewsTokens;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Whether a peer has to prove anything. */
    public boolean isRequired() {
        return !methods.isEmpty();
    }

    /** Whether a worker's certificate proves who it is. If so, whoever shows one needs no token. */
    public boolean usesCertificates() {
        return usesCertificates;
    }

    /** Whether a worker may prove itself anew, by a fresh token of the same principal. */
    public boolean mayRenew(@Nullable Principal principal) {
        return renewsTokens && principal != null && principal.kind() == Principal.Kind.JWT;
    }

    /**
     * Checks credentials.
     *
     * @param awaited whether somebody still waits for the result; asked on any thread
     * @param onResult gets the result, once and on another thread, if this method returns null
     * @return the result if it is known at once, as it is for a named token; null otherwise
     */
    public @Nullable AuthenticationResult authenticate(
            Credentials credentials,
            BooleanSupplier awaited,
            Consumer<AuthenticationResult> onResult) {
        PresentedCredentials presented = new PresentedCredentials(credentials);
        AuthenticationMethod method = methodFor(presented);
        Principal.Kind kind = method.kind();
        String token = credentials.token();
        AuthenticationResult result =
                token != null && token.length() > MAX_TOKEN_LENGTH
                        ? new Refused("the token is too long")
                        : method.check(
                                presented,
                                awaited,
                                later -> onResult.accept(concluded(kind, later)));
        return result == null ? null : concluded(kind, result);
    }

    /** The last method decides about what none knows. */
    private AuthenticationMethod methodFor(PresentedCredentials presented) {
        for (AuthenticationMethod method : methods.subList(0, methods.size() - 1)) {
            if (method.decides(presented)) {
                return method;
            }
        }
        return methods.getLast();
    }

    private AuthenticationResult concluded(Principal.Kind kind, AuthenticationResult found) {
        AuthenticationResult result =
                isExpired(found) ? new Refused("it has expired", true) : found;
        metrics.checked(kind, result);
        return result;
    }

    private boolean isExpired(AuthenticationResult result) {
        if (!(result instanceof Accepted accepted)) {
            return false;
        }
        Instant expiresAt = accepted.principal().expiresAt();
        return expiresAt != null && expiresAt.toEpochMilli() <= clock.wallTime();
    }
}
