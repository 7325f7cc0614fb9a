package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Bytes;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

class SharedTokensTests {

    @Test
    void withoutTokensAnyWorkerMayEnter() {
        SharedTokens tokens = new SharedTokens(List.of());
        assertThat(tokens.areRequired()).isFalse();
        assertThat(tokens.admit(token("anything"))).isTrue();
        assertThat(tokens.admit(Bytes.EMPTY)).isTrue();
    }

    @Test
    void anyOfTheTokensIsGoodAndNothingElse() {
        SharedTokens tokens = new SharedTokens(List.of("first", "zweites-ü"));
        assertThat(tokens.areRequired()).isTrue();
        assertThat(tokens.admit(token("first"))).isTrue();
        assertThat(tokens.admit(token("zweites-ü"))).isTrue();
        assertThat(tokens.admit(token("firs"))).isFalse();
        assertThat(tokens.admit(token("first "))).isFalse();
        assertThat(tokens.admit(Bytes.EMPTY)).isFalse();
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
