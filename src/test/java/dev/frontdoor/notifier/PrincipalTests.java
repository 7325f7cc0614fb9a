package dev.frontdoor.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class PrincipalTests {

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\u0085"})
    void nameIsNeitherEmptyNorOnSeveralLines(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Principal(name));
    }

    @Test
    void whatItHoldsIsBounded() {
        assertThat(new Principal("x".repeat(1024)).name()).hasSize(1024);
        assertThatIllegalArgumentException().isThrownBy(() -> new Principal("x".repeat(1025)));
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 65; i++) {
            many.put("a" + i, "");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> with(many));
        assertThatIllegalArgumentException().isThrownBy(() -> with(Map.of("", "")));
        assertThatIllegalArgumentException().isThrownBy(() -> with(Map.of("a", "x".repeat(4097))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Grants(Collections.nCopies(1025, "a"), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Grants(List.of("x".repeat(1025)), List.of()));
    }

    @Test
    void attributesAreNotShown() {
        assertThat(with(Map.of("key", "secret")).toString())
                .isEqualTo("Principal[name=alice, kind=CUSTOM]");
    }

    private static Principal with(Map<String, String> attributes) {
        return new Principal("alice", Principal.Kind.CUSTOM, Grants.ALL, attributes, null);
    }
}
