package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.Credential;
import dev.frontdoor.auth.RevocableCredential;
import dev.frontdoor.invocation.thread.TestTime;
import dev.frontdoor.notifier.Grants;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.registration.CloseCause;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

class CredentialWatchTests {

    private static final Duration WINDOW = Duration.ofSeconds(10);

    private final TestTime time = new TestTime();
    private final RevocableCredential credential = new RevocableCredential();

    @Test
    void connectionOfARevokedCredentialEndsWithinTheWindow() {
        CredentialWatch watch = watch(null);
        time.advance(Duration.ofDays(1));
        assertThat(watch.endsNow()).isNull();

        credential.revoke();
        CloseCause _ = watch.endsNow();
        time.advance(WINDOW);
        assertThat(watch.endsNow()).isEqualTo(CloseCause.CREDENTIAL_REVOKED);
    }

    @Test
    void connectionsOfOneCredentialEndAtDifferentMoments() {
        Set<Long> moments = new TreeSet<>();
        credential.revoke();
        for (int i = 0; i < 50; i++) {
            CredentialWatch watch = watch(null);
            long waited = 0;
            while (watch.endsNow() == null) {
                time.advance(Duration.ofMillis(250));
                waited++;
            }
            moments.add(waited);
        }
        assertThat(moments).hasSizeGreaterThan(5).allMatch(waited -> waited <= 40);
    }

    @Test
    void connectionEndsWhenItsPrincipalExpiresWhateverTheDateDoes() {
        CredentialWatch watch = watch(Instant.ofEpochMilli(time.wallTime()).plusSeconds(60));
        time.advance(Duration.ofMillis(59_999));
        assertThat(watch.endsNow()).isNull();

        time.advance(Duration.ofMillis(1));
        assertThat(watch.endsNow()).isEqualTo(CloseCause.CREDENTIAL_EXPIRED);
    }

    @Test
    void farExpiryNeverComes() {
        CredentialWatch watch = watch(Instant.MAX);
        time.advance(Duration.ofDays(1000));

        assertThat(watch.endsNow()).isNull();
    }

    private CredentialWatch watch(@Nullable Instant expiresAt) {
        Principal principal =
                new Principal("web", Principal.Kind.TOKEN, Grants.ALL, Map.of(), expiresAt);
        Credential revocable = credential.credential();
        return new CredentialWatch(new Accepted(principal, revocable), WINDOW, time);
    }
}
