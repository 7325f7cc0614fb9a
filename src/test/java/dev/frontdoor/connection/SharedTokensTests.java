package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Bytes;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

class SharedTokensTests {

    @Test
    void withoutTokensNobodyNeedsOneAndNobodyProvesAnything() {
        SharedTokens tokens = new SharedTokens(List.of());
        assertThat(tokens.areRequired()).isFalse();
        assertThat(tokens.principalOf(token("anything"))).isNull();
        assertThat(tokens.principalOf(Bytes.EMPTY)).isNull();
    }

    @Test
    void anyOfTheTokensIsGoodAndNothingElse() {
        SharedTokens tokens = new SharedTokens(List.of("first", "zweites-ü", "first"));
        assertThat(tokens.areRequired()).isTrue();
        assertThat(tokens.principalOf(token("first"))).isEqualTo("token 1");
        assertThat(tokens.principalOf(token("zweites-ü"))).isEqualTo("token 2");
        assertThat(tokens.principalOf(token("firs"))).isNull();
        assertThat(tokens.principalOf(token("first "))).isNull();
        assertThat(tokens.principalOf(Bytes.EMPTY)).isNull();
    }

    @Test
    void settingsDoNotShowTheTokens() {
        assertThat(new AuthProperties(List.of("secret")).toString())
                .doesNotContain("secret")
                .contains("1");
    }

    private static Bytes token(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }
}
