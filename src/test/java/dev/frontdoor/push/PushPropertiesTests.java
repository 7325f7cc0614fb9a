package dev.frontdoor.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.SettingsBinder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

class PushPropertiesTests {

    @ParameterizedTest
    @CsvSource({
        "max-pending-per-worker, 0, 0: must be 1 or more",
        "max-payload-size, -1B, -1B: must be from 0B to 1023MB",
        "max-payload-size, 1GB, 1073741824B: must be from 0B to 1023MB"
    })
    void valueOutOfRangeIsRefusedWithItsKeyAndWhatIsAllowed(
            String key, String value, String reason) {
        String whole = "frontdoor.pushes." + key;

        assertThat(SettingsBinder.refusal(PushProperties.class, Map.of(whole, value)))
                .isEqualTo(whole + ": " + reason);
    }

    @Test
    void largestPayloadIsAllowed() {
        PushProperties properties =
                SettingsBinder.bind(
                        PushProperties.class,
                        Map.of("frontdoor.pushes.max-payload-size", "1023MB"));

        assertThat(properties.maxPayloadSize().toMegabytes()).isEqualTo(1023);
    }
}
