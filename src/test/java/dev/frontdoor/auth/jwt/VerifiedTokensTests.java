package dev.frontdoor.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;

import dev.frontdoor.auth.jwt.Verification.Verified;
import dev.frontdoor.invocation.thread.TestTime;
import dev.frontdoor.notifier.Grants;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.test.server.LocalIssuer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

class VerifiedTokensTests {

    private static final JWK KEY = LocalIssuer.ec("key").toPublicJWK();
    private static final KeySet KEYS = new KeySet(Set.of(KEY), 0, 0);

    private final TestTime time = new TestTime();
    private final VerifiedTokens tokens = new VerifiedTokens(time);

    @Test
    void tokenIsKnownUntilItExpires() {
        tokens.put(digest(1), verified(Instant.ofEpochMilli(time.wallTime()).plusSeconds(60)));
        assertThat(tokens.find(digest(1), KEYS)).isNotNull();
        assertThat(tokens.find(digest(2), KEYS)).isNull();

        time.advance(Duration.ofSeconds(60));
        assertThat(tokens.find(digest(1), KEYS)).isNull();
        assertThat(tokens.size()).isZero();
    }

    @Test
    void tokenIsForgottenOnceItsKeyIsGone() {
        tokens.put(digest(1), verified(null));
        JWK other = LocalIssuer.ec("key").toPublicJWK();
        assertThat(tokens.find(digest(1), new KeySet(Set.of(KEY, other), 0, 0))).isNotNull();

        assertThat(tokens.find(digest(1), new KeySet(Set.of(other), 0, 0))).isNull();
        assertThat(tokens.find(digest(1), KEYS)).isNull();
    }

    @Test
    void tokensThatWereUsedLastAreKept() {
        tokens.put(digest(0), verified(null));
        for (int i = 1; i <= VerifiedTokens.MAX_TOKENS; i++) {
            assertThat(tokens.find(digest(0), KEYS)).isNotNull();
            tokens.put(digest(i), verified(null));
        }
        assertThat(tokens.size()).isEqualTo(VerifiedTokens.MAX_TOKENS);
        assertThat(tokens.find(digest(0), KEYS)).isNotNull();
        assertThat(tokens.find(digest(1), KEYS)).isNull();
    }

    private static Bytes digest(int number) {
        return Bytes.copyOf(ByteBuffer.allocate(32).putInt(number).array());
    }

    private static Verified verified(@Nullable Instant expiresAt) {
        return new Verified(
                new Principal("alice", Principal.Kind.JWT, Grants.ALL, Map.of(), expiresAt), KEY);
    }
}
