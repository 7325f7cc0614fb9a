package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashMap;
import java.util.Map;

class LabelsTests {

    @Test
    void addedLabelReplacesTheOneOfItsName() {
        assertThat(Labels.add(Map.of("a", "1", "b", "2"), Map.of("b", "3", "c", "")))
                .isEqualTo(Map.of("a", "1", "b", "3", "c", ""));
    }

    @Test
    void sixteenAreTheMostOfAll() {
        Map<String, String> fifteen = labels(15);
        Map<String, String> sixteen = Labels.add(fifteen, Map.of("one-more", "x"));
        assertThat(sixteen).hasSize(16);
        assertThat(Labels.add(sixteen, Map.of("one-more", "y"))).hasSize(16);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Labels.add(sixteen, Map.of("another", "x")))
                .withMessage("17 labels are too many; at most 16 are allowed");
    }

    @Test
    void valueIsMeasuredInBytes() {
        assertThat(Labels.add(Map.of(), Map.of("a", "ü".repeat(128)))).hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Labels.add(Map.of(), Map.of("a", "ü".repeat(128) + "x")))
                .withMessage(
                        "the value of label 'a' has 257 bytes of UTF-8; at most 256 are allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "\u0000", "\u009b"})
    void valueHasNoControlCharacter(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Labels.add(Map.of(), Map.of("a", value)))
                .withMessageContaining("contains the control character U+00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "1", "-a", "a b", "a:b", "ä", "a\u202e"})
    void otherNamesAreNotAllowed(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Labels.add(Map.of(), Map.of(name, "x")))
                .withMessageContaining(
                        "is not a name of a label; allowed are at most 64 characters")
                .withMessageNotContaining("\u202e");
    }

    @Test
    void nameHasAtMost64Characters() {
        assertThat(Labels.add(Map.of(), Map.of("a".repeat(64), "x"))).hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Labels.add(Map.of(), Map.of("a".repeat(65), "x")));
    }

    private static Map<String, String> labels(int count) {
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < count; i++) {
            labels.put("label-" + i, "x");
        }
        return labels;
    }
}
