package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.SettingsBinder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.Map;

/** The allowed values of the settings of heartbeat, drain and departures. */
class SettingsTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    heartbeat.interval          | -1s | PT-1S: must be 0 or more
                    heartbeat.timeout           | 0s  | PT0S: must be more than 0
                    drain.window                | -1s | PT-1S: must be 0 or more
                    drain.push-grace            | -1s | PT-1S: must be 0 or more
                    drain.max-closes-per-second | -1  | -1: must be 0 or more
                    departures.size             | -1  | -1: must be 0 or more
                    """)
    void valueOutOfRangeIsRefusedWithItsKeyAndWhatIsAllowed(
            String key, String value, String allowed) {
        assertThat(SettingsBinder.refusal(type(key), Map.of("frontdoor." + key, value)))
                .isEqualTo("frontdoor." + key + ": " + allowed);
    }

    @Test
    void zeroSwitchesOffWhatMayBeOff() {
        assertThat(bind("heartbeat.interval", "0s")).isNotNull();
        assertThat(bind("departures.size", "0")).isNotNull();
    }

    @Test
    void defaultsAreThoseOfTheProtocol() {
        HeartbeatProperties heartbeat = (HeartbeatProperties) bind("heartbeat.interval", "25s");
        assertThat(heartbeat.timeout()).isEqualTo(Duration.ofSeconds(10));
    }

    private static Object bind(String key, String value) {
        return SettingsBinder.bind(type(key), Map.of("frontdoor." + key, value));
    }

    private static Class<?> type(String key) {
        String section = key.substring(0, key.indexOf('.'));
        return switch (section) {
            case "heartbeat" -> HeartbeatProperties.class;
            case "drain" -> DrainProperties.class;
            case "departures" -> DepartureProperties.class;
            default -> throw new IllegalArgumentException(section);
        };
    }
}
