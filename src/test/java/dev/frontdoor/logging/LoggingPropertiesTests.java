package dev.frontdoor.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class LoggingPropertiesTests {

    @Test
    void queueHoldsAtLeastAStackTrace() {
        assertThat(new LoggingProperties(DataSize.ofKilobytes(16)).queueSize())
                .isEqualTo(DataSize.ofKilobytes(16));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LoggingProperties(DataSize.ofBytes(16_383)))
                .withMessage("frontdoor.logging.queue-size must be at least 16KB, was 16383B");
    }
}
