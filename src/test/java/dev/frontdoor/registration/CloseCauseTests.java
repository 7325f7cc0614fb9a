package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class CloseCauseTests {

    private static final int MAX_SIZE = 123;

    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "€", "😀"})
    void reasonIsCutBetweenTwoCharacters(String character) {
        String truncated = CloseCause.truncate(character.repeat(200));
        int size = character.getBytes(StandardCharsets.UTF_8).length;
        assertThat(truncated).isEqualTo(character.repeat(MAX_SIZE / size));
    }

    @ParameterizedTest
    @EnumSource
    void everyCauseHasAReasonThatFits(CloseCause cause) {
        assertThat(cause.reason()).isNotBlank().isEqualTo(CloseCause.truncate(cause.reason()));
    }

    @Test
    void reasonThatFitsIsLeftAlone() {
        String reason = "x".repeat(MAX_SIZE);
        assertThat(CloseCause.truncate(reason)).isSameAs(reason);
        assertThat(CloseCause.truncate("")).isEmpty();
    }
}
