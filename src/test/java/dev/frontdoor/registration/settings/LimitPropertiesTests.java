package dev.frontdoor.registration.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.SettingsBinder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.Map;

/** The allowed values of the limits. */
class LimitPropertiesTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    max-connections             | -1  | -1: must be 0 or more
                    max-connections-per-address | -1  | -1: must be 0 or more
                    max-frame-size              | 0B  | 0B: must be from 1B to 2047MB
                    max-frame-size              | 2GB | 2147483648B: must be from 1B to 2047MB
                    max-inbound-bytes           | 0B  | 0B: must be from 1B to 2047MB
                    max-outbound-bytes          | -1B | -1B: must be from 1B to 2047MB
                    connect-timeout             | 0s  | PT0S: must be more than 0
                    registration-timeout        | -1s | PT-1S: must be 0 or more
                    registrations-per-second    | -1  | -1: must be 0 or more
                    registration-queue          | -1  | -1: must be 0 or more
                    request-head-timeout        | 0s  | PT0S: must be more than 0
                    close-timeout               | 0s  | PT0S: must be more than 0
                    """)
    void valueOutOfRangeIsRefusedWithItsKeyAndWhatIsAllowed(
            String key, String value, String allowed) {
        assertThat(
                        SettingsBinder.refusal(
                                LimitProperties.class, Map.of("frontdoor.limits." + key, value)))
                .isEqualTo("frontdoor.limits." + key + ": " + allowed);
    }

    @Test
    void zeroSwitchesOffWhatMayBeOff() {
        assertThat(bind("registration-timeout", "0s").registrationTimeout()).isZero();
        assertThat(bind("registrations-per-second", "0").registrationsPerSecond()).isZero();
    }

    @Test
    void defaultsAreThoseOfTheProtocol() {
        LimitProperties limits = bind("max-connections", "0");
        assertThat(limits.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(limits.registrationTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(limits.maxFrameSize().toBytes()).isEqualTo(1024 * 1024);
    }

    private static LimitProperties bind(String key, String value) {
        return SettingsBinder.bind(LimitProperties.class, Map.of("frontdoor.limits." + key, value));
    }
}
