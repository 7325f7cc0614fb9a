package dev.frontdoor.actuate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which ids of events are known. */
class EventIdsTests {

    private final EventIds ids = new EventIds("front/door/mh3k9f2a");

    @Test
    void idHasTheStartOfTheProcessAndTheNumber() {
        assertThat(ids.id(17)).isEqualTo("mh3k9f2a-17");
        assertThat(ids.sequence("mh3k9f2a-17")).isEqualTo(17);
        assertThat(ids.sequence("mh3k9f2a-0")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "17",
                "mh3k9f2a",
                "mh3k9f2a-",
                "mh3k9f2a--1",
                "mh3k9f2a-+1",
                "mh3k9f2a-1x",
                "mh3k9f29-17",
                "mh3k9f2a-9999999999999999999",
                "mh3k9f2a-\u0661"
            })
    void otherIdsAreNotOfThisProcess(String id) {
        assertThat(ids.sequence(id)).isNull();
    }
}
