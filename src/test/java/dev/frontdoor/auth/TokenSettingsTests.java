package dev.frontdoor.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import java.util.List;
import java.util.Map;

/** The forms in which tokens are given. */
class TokenSettingsTests {

    @Test
    void tokensOfAListAreNamedByTheirPlaces() {
        assertThat(read("frontdoor.auth.tokens=a,b"))
                .containsExactly(NamedToken.of("token-1", "a"), NamedToken.of("token-2", "b"));
        assertThat(read("frontdoor.auth.tokens[0]=a", "frontdoor.auth.tokens[1]=b"))
                .containsExactly(NamedToken.of("token-1", "a"), NamedToken.of("token-2", "b"));
        assertThat(read("frontdoor.auth.tokens=")).isEmpty();
        assertThat(read()).isEmpty();
    }

    @Test
    void tokensMayHaveNamesOfTheirOwn() {
        assertThat(
                        read(
                                "frontdoor.auth.tokens.web=a",
                                "frontdoor.auth.tokens.[Batch.eu@x]=${other}",
                                "frontdoor.auth.tokens.team.eu=c",
                                "other=b"))
                .containsExactly(
                        NamedToken.of("Batch.eu@x", "b"),
                        NamedToken.of("team.eu", "c"),
                        NamedToken.of("web", "a"));
    }

    @Test
    void bothFormsGoTogether() {
        assertThat(read("frontdoor.auth.tokens[0]=a", "frontdoor.auth.tokens.web=b"))
                .containsExactly(NamedToken.of("token-1", "a"), NamedToken.of("web", "b"));
    }

    @Test
    void listOfOneSourceReplacesThatOfAnother() {
        StandardEnvironment environment = new StandardEnvironment();
        TestPropertyValues.of("frontdoor.auth.tokens[0]=new")
                .applyTo(environment, TestPropertyValues.Type.MAP, "first");
        environment
                .getPropertySources()
                .addLast(
                        new MapPropertySource(
                                "last",
                                Map.of(
                                        "frontdoor.auth.tokens[0]", "old",
                                        "frontdoor.auth.tokens[1]", "older")));

        assertThat(TokenSettings.read(environment, "frontdoor.auth.tokens"))
                .containsExactly(NamedToken.of("token-1", "new"));
    }

    private static List<NamedToken> read(String... settings) {
        StandardEnvironment environment = new StandardEnvironment();
        TestPropertyValues.of(settings).applyTo(environment);
        return TokenSettings.read(environment, "frontdoor.auth.tokens");
    }
}
