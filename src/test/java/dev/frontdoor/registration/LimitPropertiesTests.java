package dev.frontdoor.registration;

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

/** The allowed values of the limits. */
class LimitPropertiesTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    max-connections             | -1  | must be 0 or more, was -1
                    max-connections-per-address | -1  | must be 0 or more, was -1
                    max-frame-size              | 0B  | must be from 1B to 2047MB, was 0B
                    max-frame-size              | 2GB | must be from 1B to 2047MB
                    max-inbound-bytes           | 0B  | must be from 1B to 2047MB
                    max-outbound-bytes          | -1B | must be from 1B to 2047MB
                    connect-timeout             | 0s  | must be more than zero, was PT0S
                    registration-timeout        | -1s | must be 0 or more, was PT-1S
                    registrations-per-second    | -1  | must be 0 or more, was -1
                    registration-queue          | -1  | must be 0 or more, was -1
                    request-head-timeout        | 0s  | must be more than zero
                    close-timeout               | 0s  | must be more than zero
                    """)
    void valueOutOfRangeIsRefusedWithItsKeyAndWhatIsAllowed(
            String key, String value, String allowed) {
        assertThatThrownBy(() -> bind(key, value))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .rootCause()
                .hasMessageStartingWith("frontdoor.limits." + key + " ")
                .hasMessageContaining(allowed);
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
        return new Binder(
                        new MapConfigurationPropertySource(
                                Map.of("frontdoor.limits." + key, value)))
                .bind("frontdoor.limits", Bindable.of(LimitProperties.class))
                .get();
    }
}
