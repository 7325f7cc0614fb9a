package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.Registrations;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapSizeTests {

    private static final int REFERENCE = 8;

    @ParameterizedTest
    @CsvSource({"a, 1", "\u00ff, 1", "\u0100, 2", "\u65e5, 2"})
    void aTextHasOneOrTwoBytesForEachCharacter(String character, int bytes) {
        assertThat(HeapSize.ofShared(character.repeat(1_001)) - HeapSize.ofShared(character))
                .isEqualTo(1_000L * bytes);
    }

    @Test
    void everyItemOfAListTakesAReference() {
        long empty = HeapSize.of(Registrations.of("one").namespaces().activityTypes().build());

        assertThat(
                        HeapSize.of(
                                Registrations.of("one")
                                        .namespaces("a", "b")
                                        .activityTypes("c")
                                        .build()))
                .isEqualTo(empty + 3 * REFERENCE);
    }

    @Test
    void anActivityIsAnObjectOfThreeTexts() {
        long without = HeapSize.of(Registrations.of("one").build());

        assertThat(
                        HeapSize.of(
                                Registrations.of("one")
                                        .activity("a", "{}", "{}")
                                        .activity("b", "{}", "{}")
                                        .build()))
                .isGreaterThanOrEqualTo(without + 2 * 4 * REFERENCE);
    }
}
