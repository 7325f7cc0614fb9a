package dev.frontdoor.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Collections;
import java.util.List;

class DisplayTextTests {

    @ParameterizedTest
    @ValueSource(strings = {"", "worker-7", "a 'quoted' \"text\" \\ with 50 %", "schön 🚪"})
    void shortPrintableTextStaysAsItIs(String text) {
        assertThat(DisplayText.of(text)).isSameAs(text);
        assertThat(DisplayText.truncate(text)).isSameAs(text);
    }

    @Test
    void textOfTheMaximumLengthIsNotTruncated() {
        String text = "x".repeat(DisplayText.MAX_LENGTH);

        assertThat(DisplayText.isTruncated(text)).isFalse();
        assertThat(DisplayText.truncate(text)).isSameAs(text);
    }

    @Test
    void longerTextIsTruncatedAndSaysSo() {
        String text = "x".repeat(DisplayText.MAX_LENGTH + 1);

        assertThat(DisplayText.isTruncated(text)).isTrue();
        assertThat(DisplayText.truncate(text))
                .isEqualTo("x".repeat(DisplayText.MAX_LENGTH) + "...");
    }

    @Test
    void truncationKeepsSurrogatePairsWhole() {
        String start = "x".repeat(DisplayText.MAX_LENGTH - 1);

        assertThat(DisplayText.truncate(start + "🚪🚪")).isEqualTo(start + "...");
    }

    @ParameterizedTest
    @ValueSource(
            chars = {
                '\u0000', '\n', '\r', '\t', '\u001b', '\u007f', '\u0085', '\u2028', '\u2029',
                '\u202e', '\u2066', '\ud83d', '\udeaa'
            })
    void characterThatCouldForgeALineIsEscaped(char c) {
        assertThat(DisplayText.of("a" + c + "b")).isEqualTo("a\\u{%x}b".formatted((int) c));
    }

    @Test
    void truncationComesBeforeEscaping() {
        assertThat(DisplayText.of("\n".repeat(DisplayText.MAX_LENGTH * 2)))
                .isEqualTo("\\u{a}".repeat(DisplayText.MAX_LENGTH) + "...");
    }

    @Test
    void longListIsTruncatedAndSaysHowMuchIsMissing() {
        assertThat(DisplayText.of(List.of("a", "b\n"))).containsExactly("a", "b\\u{a}");
        assertThat(DisplayText.of(Collections.nCopies(DisplayText.MAX_ITEMS + 5, "a")))
                .hasSize(DisplayText.MAX_ITEMS + 1)
                .endsWith("... 5 more");
        assertThat(DisplayText.of(Collections.nCopies(1000, "\u202e".repeat(1000))))
                .hasSize(2)
                .endsWith("... 999 more");
    }
}
