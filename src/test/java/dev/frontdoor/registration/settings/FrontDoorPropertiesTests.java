package dev.frontdoor.registration.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.SettingsBinder;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

class FrontDoorPropertiesTests {

    @ParameterizedTest
    @CsvSource({
        "path, liminal, liminal: must start with / and contain neither ? nor #",
        "path, /a?b, /a?b: must start with / and contain neither ? nor #",
        "path, /a#b, /a#b: must start with / and contain neither ? nor #",
        "instance, '', : must not be empty",
        "instance, ' ', ' : must not be empty'",
        "event-loops, -1, -1: must be from 0 to 1024",
        "event-loops, 1025, 1025: must be from 0 to 1024"
    })
    void valueOutOfRangeIsRefusedWithItsKeyAndWhatIsAllowed(
            String key, String value, String reason) {
        assertThat(
                        SettingsBinder.refusal(
                                FrontDoorProperties.class, Map.of("frontdoor." + key, value)))
                .isEqualTo("frontdoor." + key + ": " + reason);
    }
}
