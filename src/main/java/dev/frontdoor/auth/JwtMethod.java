package dev.frontdoor.auth;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.auth.AuthenticationResult.Unavailable;
import dev.frontdoor.auth.jwt.JwtKeys;
import dev.frontdoor.auth.jwt.JwtVerifier;
import dev.frontdoor.auth.jwt.KeySet;
import dev.frontdoor.auth.jwt.Verification.Rejected;
import dev.frontdoor.auth.jwt.Verification.UnknownKey;
import dev.frontdoor.auth.jwt.Verification.Verified;
import dev.frontdoor.auth.jwt.VerifiedTokens;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.Bytes;

import org.jspecify.annotations.Nullable;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Accepts JSON Web Tokens. One that was checked before is decided at once. A check that needs
 * further keys waits for them without a thread.
 */
final class JwtMethod implements AuthenticationMethod {

    private final JwtKeys keys;
    private final JwtVerifier verifier;
    private final VerifiedTokens verified;
    private final TimedChecks checks;

    JwtMethod(JwtKeys keys, JwtVerifier verifier, VerifiedTokens verified, TimedChecks checks) {
        this.keys = keys;
        this.verifier = verifier;
        this.verified = verified;
        this.checks = checks;
    }

    @Override
    public Principal.Kind kind() {
        return Principal.Kind.JWT;
    }

    @Override
    public boolean decides(PresentedCredentials presented) {
        return presented.token() != null;
    }

    @Override
    public @Nullable AuthenticationResult check(
            PresentedCredentials presented,
            BooleanSupplier awaited,
            Consumer<AuthenticationResult> onResult) {
        String token = presented.token();
        Bytes digest = presented.digest();
        if (token == null || digest == null) {
            return new Refused("there is no token");
        }
        KeySet inForce = keys.current();
        Principal known = verified.find(digest, inForce);
        if (known != null) {
            return new Accepted(known, Credential.IRREVOCABLE);
        }
        return inForce == null
                ? withoutKeys()
                : checks.begin(new Check(token, digest), awaited, onResult);
    }

    private Unavailable withoutKeys() {
        checks.warn("checks without keys", "the issuer has not given any keys yet");
        return new Unavailable();
    }

    /** One check, which asks the issuer at most once. Used by one thread at a time. */
    private final class Check implements TimedChecks.Attempt {

        private final String token;
        private final Bytes digest;
        private @Nullable Long askedAt;

        Check(String token, Bytes digest) {
            this.token = token;
            this.digest = digest;
        }

        @Override
        public @Nullable AuthenticationResult make(Runnable resume) {
            KeySet inForce = keys.current();
            if (inForce == null) {
                return withoutKeys();
            }
            return switch (verifier.verify(token, inForce)) {
                case Verified accepted -> {
                    verified.put(digest, accepted);
                    yield new Accepted(accepted.principal(), Credential.IRREVOCABLE);
                }
                case Rejected rejected -> new Refused(rejected.reason(), rejected.expired());
                case UnknownKey _ -> unknownKey(inForce, resume);
            };
        }

        /** Only keys that came because of this token, or later, tell that its key is none. */
        private @Nullable AuthenticationResult unknownKey(KeySet inForce, Runnable resume) {
            Long before = askedAt;
            if (before == null) {
                askedAt = keys.now();
                if (keys.refresh(resume)) {
                    return null;
                }
            } else if (inForce.askedAt() - before >= 0) {
                return new Refused("it is signed with an unknown key");
            }
            checks.warn("tokens with unknown keys", "the key of a token is not known yet");
            return new Unavailable();
        }
    }
}
