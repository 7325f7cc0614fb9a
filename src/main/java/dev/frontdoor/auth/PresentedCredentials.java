package dev.frontdoor.auth;

import dev.frontdoor.notifier.Credentials;
import dev.frontdoor.protocol.Bytes;

import org.jspecify.annotations.Nullable;

/**
 * What a worker shows in one attempt, with the digest of its token, which is computed once for all
 * methods. Used by one thread at a time.
 */
final class PresentedCredentials {

    private final Credentials credentials;
    private @Nullable Bytes digest;

    PresentedCredentials(Credentials credentials) {
        this.credentials = credentials;
    }

    Credentials credentials() {
        return credentials;
    }

    /** The token; null if there is none. */
    @Nullable String token() {
        return credentials.token();
    }

    /** The digest of the token; null if there is none. */
    @Nullable Bytes digest() {
        String token = credentials.token();
        if (digest == null && token != null) {
            digest = Bytes.copyOf(NamedToken.digest(token));
        }
        return digest;
    }
}
