package dev.frontdoor.actuate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.actuate.access.Operator;
import dev.frontdoor.auth.Credential;
import dev.frontdoor.auth.role.OperatorRole;
import dev.frontdoor.event.Event;
import dev.frontdoor.event.EventLog;

import io.micrometer.core.instrument.Clock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

class EventStreamTests {

    private static final Instant EXPIRY = Instant.parse("2026-11-26T12:00:00Z");
    private static final Operator OPERATOR =
            new Operator("alice", "jwt", OperatorRole.VIEW, EXPIRY, Credential.IRREVOCABLE);

    private final ScheduledThreadPoolExecutor executor =
            (ScheduledThreadPoolExecutor) new StreamConfiguration().eventStreamExecutor();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void streamEndsAtOnceWhenItsReadersCredentialsLapse() throws Exception {
        EventLog log = new EventLog(100, 100_000, Clock.SYSTEM);
        EventText text = new EventText("place/start", JsonMapper.shared());
        EventStream stream = new EventStream(log, text, executor, Duration.ofDays(1), OPERATOR, 0);

        stream.endIfLapsed(EXPIRY.toEpochMilli() - 1);
        log.record(new Event.NotifierUp("billing"));
        assertThat(stream.next().block(Duration.ofSeconds(60))).contains("billing");

        log.record(new Event.NotifierUp("later"));
        stream.endIfLapsed(EXPIRY.toEpochMilli());
        assertThat(stream.next().block(Duration.ofSeconds(60)))
                .contains("event: unauthorized", "the credentials have expired")
                .doesNotContain("later");
        assertThat(stream.hasEnded()).isTrue();
        stream.close();
    }

    @Test
    void partThatWasTakenLeavesNothingBehind() throws Exception {
        EventLog log = new EventLog(100, 100_000, Clock.SYSTEM);
        EventText text = new EventText("place/start", JsonMapper.shared());
        EventStream stream = new EventStream(log, text, executor, Duration.ofDays(1), OPERATOR, 0);

        for (int i = 0; i < 10; i++) {
            log.record(new Event.NotifierUp("billing"));
            assertThat(stream.next().block(Duration.ofSeconds(60))).contains("billing");
        }
        stream.close();
        executor.submit(() -> {}).get(60, TimeUnit.SECONDS);

        assertThat(executor.getQueue()).isEmpty();
    }
}
