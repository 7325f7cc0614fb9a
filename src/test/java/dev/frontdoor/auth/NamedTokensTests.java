package dev.frontdoor.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.notifier.Credentials;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.test.server.LogLines;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class NamedTokensTests {

    private final NamedTokens tokens =
            new NamedTokens(
                    List.of(NamedToken.of("web", "sesame"), NamedToken.of("batch", "ö")),
                    "frontdoor.auth",
                    Map.of());

    @Test
    void whoeverHasATokenIsThePrincipalOfItsName() {
        assertThat(accepted("sesame").principal().name()).isEqualTo("web");
        assertThat(accepted("ö").principal().name()).isEqualTo("batch");
        assertThat(accepted("ö").principal().kind()).isEqualTo(Principal.Kind.TOKEN);
    }

    @Test
    void anyOtherTokenIsRefused() {
        for (String other : new String[] {"sesam", "sesame ", "SESAME", "", "web", "\uFFFD"}) {
            assertThat(check(other)).as(other).isInstanceOf(Refused.class);
        }
        assertThat(check(null)).isInstanceOf(Refused.class);
    }

    @Test
    void tokenThatIsRemovedIsRevokedAndTheOthersAreNot() {
        tokens.replaceFiles(List.of(NamedToken.of("a", "one"), NamedToken.of("b", "two")));
        Accepted one = accepted("one");
        Accepted two = accepted("two");
        Accepted fixed = accepted("sesame");

        tokens.replaceFiles(List.of(NamedToken.of("b", "two"), NamedToken.of("c", "three")));

        assertThat(one.credential().isRevoked()).isTrue();
        assertThat(two.credential().isRevoked()).isFalse();
        assertThat(fixed.credential().isRevoked()).isFalse();
        assertThat(check("one")).isInstanceOf(Refused.class);
        assertThat(accepted("three").principal().name()).isEqualTo("c");
        assertThat(accepted("two").credential()).isSameAs(two.credential());
    }

    @Test
    void tokenThatComesBackIsAnotherCredential() {
        tokens.replaceFiles(List.of(NamedToken.of("a", "one")));
        Accepted first = accepted("one");
        tokens.replaceFiles(List.of());
        tokens.replaceFiles(List.of(NamedToken.of("a", "one")));

        assertThat(accepted("one").credential().isRevoked()).isFalse();
        assertThat(first.credential().isRevoked()).isTrue();
    }

    @Test
    void tokenThatOnlyGetsAnotherNameIsRevokedForTheOldOne() {
        tokens.replaceFiles(List.of(NamedToken.of("a", "one")));
        Accepted first = accepted("one");
        tokens.replaceFiles(List.of(NamedToken.of("b", "one")));

        assertThat(accepted("one").principal().name()).isEqualTo("b");
        assertThat(first.credential().isRevoked()).isTrue();
    }

    @Test
    void ofTwoThatAreTheSameTheFirstCounts() {
        tokens.replaceFiles(List.of(NamedToken.of("a", "sesame")));

        assertThat(accepted("sesame").principal().name()).isEqualTo("web");
        assertThat(tokens.count()).isEqualTo(2);
    }

    @Test
    void twoThatAreTheSameAreLoggedOnceAndAgainWhenTheyChange() {
        try (LogLines log = new LogLines(NamedTokens.class)) {
            NamedTokens same =
                    new NamedTokens(
                            List.of(NamedToken.of("a", "sesame"), NamedToken.of("b", "sesame")),
                            "frontdoor.auth",
                            Map.of());
            same.replaceFiles(List.of());
            same.replaceFiles(List.of(NamedToken.of("c", "other")));
            assertThat(log.at("WARN"))
                    .containsExactly("tokens 'a' and 'b' are the same; whoever has it is 'a'");

            same.replaceFiles(List.of(NamedToken.of("c", "sesame")));
            same.replaceFiles(List.of(NamedToken.of("c", "sesame")));
            assertThat(log.at("WARN"))
                    .hasSize(2)
                    .last()
                    .isEqualTo("tokens 'a' and 'c' are the same; whoever has it is 'a'");
        }
    }

    @Test
    void digestIsComputedOnceForAllMethods() {
        PresentedCredentials presented = new PresentedCredentials(credentials("sesame"));

        assertThat(presented.digest())
                .isEqualTo(NamedToken.of("web", "sesame").digest())
                .isSameAs(presented.digest());
        assertThat(new PresentedCredentials(credentials(null)).digest()).isNull();
    }

    @Test
    void twoTokensMayHaveOneName() {
        tokens.replaceFiles(List.of(NamedToken.of("web", "new")));
        Accepted old = accepted("sesame");

        assertThat(accepted("new").principal()).isEqualTo(old.principal());
        tokens.replaceFiles(List.of());
        assertThat(old.credential().isRevoked()).isFalse();
    }

    @Test
    void nothingShowsAToken() {
        assertThat(NamedToken.of("web", "sesame").toString()).doesNotContain("sesame");
        assertThat(accepted("sesame").toString()).doesNotContain("sesame");
        assertThat(credentials("sesame").toString()).doesNotContain("sesame");
    }

    private Accepted accepted(String token) {
        return (Accepted) check(token);
    }

    private AuthenticationResult check(@Nullable String token) {
        return tokens.check(new PresentedCredentials(credentials(token)), () -> true, _ -> {});
    }

    private static Credentials credentials(@Nullable String token) {
        return new Credentials(token, null, "192.0.2.1:4711", null);
    }
}
