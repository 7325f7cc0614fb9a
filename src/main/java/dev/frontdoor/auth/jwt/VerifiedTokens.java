package dev.frontdoor.auth.jwt;

import dev.frontdoor.auth.jwt.Verification.Verified;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.Bytes;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tokens whose signature was checked, by their digests; those used last are kept. A token is
 * forgotten once it has expired, or once its key is gone from the set. Used by any thread.
 */
public final class VerifiedTokens {

    /** How many tokens are remembered. */
    static final int MAX_TOKENS = 10_000;

    private final Clock clock;
    private final Map<Bytes, Verified> tokens = new LinkedHashMap<>(16, 0.75f, true);

    VerifiedTokens(Clock clock) {
        this.clock = clock;
    }

    /**
     * Whose token has that digest; null if that is not known.
     *
     * @param keys those that are in force; null if there are none
     */
    public synchronized @Nullable Principal find(Bytes digest, @Nullable KeySet keys) {
        Verified verified = tokens.get(digest);
        if (verified == null) {
            return null;
        }
        if (keys == null || !keys.keys().contains(verified.key()) || hasExpired(verified)) {
            tokens.remove(digest);
            return null;
        }
        return verified.principal();
    }

    /** Remembers a token. */
    public synchronized void put(Bytes digest, Verified verified) {
        tokens.put(digest, verified);
        if (tokens.size() > MAX_TOKENS) {
            tokens.remove(tokens.keySet().iterator().next());
        }
    }

    synchronized int size() {
        return tokens.size();
    }

    private boolean hasExpired(Verified verified) {
        Instant expiresAt = verified.principal().expiresAt();
        return expiresAt != null && expiresAt.toEpochMilli() <= clock.wallTime();
    }
}
