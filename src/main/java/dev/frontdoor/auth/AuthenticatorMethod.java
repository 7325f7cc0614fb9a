package dev.frontdoor.auth;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.auth.AuthenticationResult.Unavailable;
import dev.frontdoor.logging.Secrets;
import dev.frontdoor.notifier.AuthenticationException;
import dev.frontdoor.notifier.Authenticator;
import dev.frontdoor.notifier.Credentials;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.Principal;

import org.jspecify.annotations.Nullable;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Asks the application's authenticator. What it says of a token shows the token to nobody. */
final class AuthenticatorMethod implements AuthenticationMethod {

    private final Authenticator authenticator;
    private final TimedChecks checks;

    AuthenticatorMethod(Authenticator authenticator, TimedChecks checks) {
        this.authenticator = authenticator;
        this.checks = checks;
    }

    @Override
    public Principal.Kind kind() {
        return Principal.Kind.CUSTOM;
    }

    @Override
    public boolean decides(PresentedCredentials presented) {
        return true;
    }

    @Override
    public @Nullable AuthenticationResult check(
            PresentedCredentials presented,
            BooleanSupplier awaited,
            Consumer<AuthenticationResult> onResult) {
        return checks.begin(_ -> ask(presented.credentials()), awaited, onResult);
    }

    private AuthenticationResult ask(Credentials credentials) {
        try {
            @Nullable Principal principal = authenticator.authenticate(credentials);
            if (principal != null) {
                return new Accepted(principal, Credential.IRREVOCABLE);
            }
            checks.failed("it returned null", "it returned null");
        } catch (AuthenticationException e) {
            return new Refused(shown(String.valueOf(e.getMessage()), credentials));
        } catch (Throwable e) {
            checks.failed(e.getClass().getName(), shown(described(e), credentials));
        }
        return new Unavailable();
    }

    /** What was thrown, and where. */
    private static String described(Throwable thrown) {
        try {
            StackTraceElement[] stack = thrown.getStackTrace();
            return thrown + (stack.length == 0 ? "" : " at " + stack[0]);
        } catch (Throwable _) { // of the exception's own getMessage
            return thrown.getClass().getName();
        }
    }

    private static String shown(String text, Credentials credentials) {
        String token = credentials.token();
        return DisplayText.of(
                token == null || token.isEmpty() ? text : text.replace(token, Secrets.HIDDEN));
    }
}
