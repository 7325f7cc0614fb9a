package dev.frontdoor.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class GlobsTests {

    @ParameterizedTest
    @CsvSource({
        "billing, billing",
        "billing-*, billing-",
        "billing-*, billing-eu",
        "*, ''",
        "*, anything",
        "**, a",
        "*-eu, billing-eu",
        "a*b*c, aXbXbYc",
        "a*b, ab",
        "a?c, abc",
        "???, abc",
        "*.?, a.b.c",
        "a.c, a.c",
        "*aab, aaaaab",
        "*aab*, aaaaabb",
        "*a?b*cc, aaaxaxbccc",
        "a*a, aa",
        "*a*a*, aa",
        "a**b, ab"
    })
    void globMatchesTheWholeValue(String glob, String value) {
        assertThat(Globs.allow(List.of(glob), value)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "billing, billing-eu",
        "billing, xbilling",
        "billing-*, billing",
        "Billing, billing",
        "?, ''",
        "?, ab",
        "a.c, abc",
        "a*b, abc",
        "*a, b",
        "a*a, a",
        "ab*ba, aba",
        "*a*a*, a",
        "*ab*bc, abc",
        "*?*, ''",
        "a*bc*, ab"
    })
    void globMatchesNothingElse(String glob, String value) {
        assertThat(Globs.allow(List.of(glob), value)).isFalse();
    }

    @Test
    void noGlobsAllowEverything() {
        assertThat(Globs.allow(List.of(), "anything")).isTrue();
        assertThat(Globs.allowAny(List.of(), List.of())).isTrue();
    }

    @Test
    void oneOfSeveralIsEnough() {
        assertThat(Globs.allow(List.of("a", "b*"), "bc")).isTrue();
        assertThat(Globs.allowAny(List.of("a", "b*"), List.of("x", "bc"))).isTrue();
        assertThat(Globs.allowAny(List.of("a", "b*"), List.of("x", "y"))).isFalse();
    }

    @Test
    void globsNeedAValueToMatch() {
        assertThat(Globs.allowAny(List.of("*"), List.of())).isFalse();
    }

    @Test
    void hostileValueIsMatchedInNoTime() {
        String glob = "a*".repeat(100) + "b";

        assertThat(Globs.allow(List.of(glob), "a".repeat(100_000))).isFalse();
    }
}
