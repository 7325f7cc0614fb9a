package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.time.Duration;
import java.util.Map;

/** The allowed values of the settings of heartbeat, drain, departures and authentication. */
class SettingsTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    heartbeat.interval          | -1s | must be 0 or more, was PT-1S
                    heartbeat.timeout           | 0s  | must be more than zero, was PT0S
                    drain.window                | -1s | must be 0 or more, was PT-1S
                    drain.push-grace            | -1s | must be 0 or more, was PT-1S
                    drain.max-closes-per-second | -1  | must be 0 or more, was -1
                    departures.size             | -1  | must be 0 or more, was -1
                    auth.tokens                 | a,, | must not contain an empty token
                    """)
    void valueOutOfRangeIsRefusedWithItsKeyAndWhatIsAllowed(
            String key, String value, String allowed) {
        assertThatThrownBy(() -> bind(key, value))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .rootCause()
                .hasMessageStartingWith("frontdoor." + key + " ")
                .hasMessageContaining(allowed);
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
        String section = key.substring(0, key.indexOf('.'));
        Class<?> type =
                switch (section) {
                    case "heartbeat" -> HeartbeatProperties.class;
                    case "drain" -> DrainProperties.class;
                    case "departures" -> DepartureProperties.class;
                    case "auth" -> AuthProperties.class;
                    default -> throw new IllegalArgumentException(section);
                };
        return new Binder(new MapConfigurationPropertySource(Map.of("frontdoor." + key, value)))
                .bind("frontdoor." + section, Bindable.of(type))
                .get();
    }
}
