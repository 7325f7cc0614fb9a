package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class CloseReasonTests {

    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "€", "😀"})
    void reasonIsCutBetweenTwoCharacters(String character) {
        String cut = CloseReason.cut(character.repeat(200));
        int size = character.getBytes(StandardCharsets.UTF_8).length;
        assertThat(cut).isEqualTo(character.repeat(CloseReason.MAX_SIZE / size));
    }

    @Test
    void reasonThatFitsIsLeftAlone() {
        String reason = "x".repeat(CloseReason.MAX_SIZE);
        assertThat(CloseReason.cut(reason)).isSameAs(reason);
        assertThat(CloseReason.cut("")).isEmpty();
    }
}
