package dev.frontdoor.actuate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.event.Event;
import dev.frontdoor.event.EventLog;

import io.micrometer.core.instrument.Clock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

class EventStreamTests {

    private final ScheduledThreadPoolExecutor executor =
            (ScheduledThreadPoolExecutor) new StreamConfiguration().eventStreamExecutor();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void partThatWasTakenLeavesNothingBehind() throws Exception {
        EventLog log = new EventLog(100, 100_000, Clock.SYSTEM);
        EventText text = new EventText("place/start", JsonMapper.shared());
        EventStream stream = new EventStream(log, text, executor, Duration.ofDays(1), 0);

        for (int i = 0; i < 10; i++) {
            log.record(new Event.NotifierUp("billing"));
            assertThat(stream.next().block(Duration.ofSeconds(60))).contains("billing");
        }
        stream.close();
        executor.submit(() -> {}).get(60, TimeUnit.SECONDS);

        assertThat(executor.getQueue()).isEmpty();
    }
}
