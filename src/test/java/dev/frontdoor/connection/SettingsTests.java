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

/** What the settings of connections may be. */
class SettingsTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    limits.max-connections             | -1   | must be 0 or more, was -1
                    limits.max-connections-per-address | -1   | must be 0 or more, was -1
                    limits.max-frame-size              | 0B   | must be from 1B to 2047MB, was 0B
                    limits.max-frame-size              | 2GB  | must be from 1B to 2047MB
                    limits.max-inbound-bytes           | 0B   | must be from 1B to 2047MB
                    limits.max-outbound-bytes          | -1B  | must be from 1B to 2047MB
                    limits.connect-timeout             | 0s   | must be more than zero, was PT0S
                    limits.registration-timeout        | -1s  | must be 0 or more, was PT-1S
                    limits.request-head-timeout        | 0s   | must be more than zero
                    limits.close-timeout               | 0s   | must be more than zero
                    heartbeat.interval                 | -1s  | must be 0 or more, was PT-1S
                    heartbeat.timeout                  | 0s   | must be more than zero, was PT0S
                    drain.window                       | -1s  | must be 0 or more, was PT-1S
                    drain.push-grace                   | -1s  | must be 0 or more, was PT-1S
                    drain.max-closes-per-second        | -1   | must be 0 or more, was -1
                    departures.size                    | -1   | must be 0 or more, was -1
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
        assertThat(bind("limits.registration-timeout", "0s")).isNotNull();
        assertThat(bind("heartbeat.interval", "0s")).isNotNull();
        assertThat(bind("departures.size", "0")).isNotNull();
    }

    @Test
    void limitThatIsNotSetIsWorthHalfTheHeap() {
        LimitProperties limits = (LimitProperties) bind("limits.connect-timeout", "10s");
        long heap = Runtime.getRuntime().maxMemory();
        assertThat(limits.effectiveMaxConnections()).isEqualTo((int) (heap / 2 / (16 * 1024)));
        assertThat(
                        ((LimitProperties) bind("limits.max-connections", "7"))
                                .effectiveMaxConnections())
                .isEqualTo(7);
    }

    @Test
    void defaultsAreThoseOfTheProtocol() {
        LimitProperties limits = (LimitProperties) bind("limits.max-connections", "0");
        assertThat(limits.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(limits.registrationTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(limits.maxFrameSize().toBytes()).isEqualTo(1024 * 1024);
        HeartbeatProperties heartbeat = (HeartbeatProperties) bind("heartbeat.interval", "25s");
        assertThat(heartbeat.timeout()).isEqualTo(Duration.ofSeconds(10));
    }

    private static Object bind(String key, String value) {
        Class<?> type =
                switch (key.substring(0, key.indexOf('.'))) {
                    case "limits" -> LimitProperties.class;
                    case "heartbeat" -> HeartbeatProperties.class;
                    case "drain" -> DrainProperties.class;
                    default -> DepartureProperties.class;
                };
        String prefix = "frontdoor." + key.substring(0, key.indexOf('.'));
        return new Binder(new MapConfigurationPropertySource(Map.of("frontdoor." + key, value)))
                .bind(prefix, Bindable.of(type))
                .get();
    }
}
