package dev.frontdoor.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTests {

    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "token, token, 0",
        "'', abc, 3",
        "token, tokens, 1",
        "hartbeat, heartbeat, 1",
        "windw, window, 1",
        "path, bath, 1",
        "abc, cab, 2",
        "kitten, sitting, 3"
    })
    void itCountsTheLettersThatChange(String from, String to, int expected) {
        assertThat(EditDistance.between(from, to)).isEqualTo(expected);
        assertThat(EditDistance.between(to, from)).isEqualTo(expected);
    }
}
