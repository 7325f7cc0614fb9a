package dev.frontdoor.logging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.SettingsBinder;

import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

import java.util.Map;

class LoggingPropertiesTests {

    private static final String QUEUE_SIZE = "frontdoor.logging.queue-size";

    @Test
    void queueHoldsAtLeastAStackTrace() {
        assertThat(SettingsBinder.bind(LoggingProperties.class, Map.of(QUEUE_SIZE, "16KB")))
                .isEqualTo(new LoggingProperties(DataSize.ofKilobytes(16)));
        assertThat(SettingsBinder.refusal(LoggingProperties.class, Map.of(QUEUE_SIZE, "16383B")))
                .isEqualTo(QUEUE_SIZE + ": 16383B: must be 16KB or more");
    }
}
