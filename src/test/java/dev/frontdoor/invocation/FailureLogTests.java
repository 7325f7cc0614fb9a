package dev.frontdoor.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import dev.frontdoor.invocation.thread.TestTime;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;
import dev.frontdoor.test.server.LogLines;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/** One line for each failed call, and a stack trace now and then. */
class FailureLogTests {

    private final Logger logger = (Logger) LoggerFactory.getLogger(FailureLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final TestTime time = new TestTime();
    @AutoClose private final Timeouts timeouts = new Timeouts(time);
    @AutoClose private final LogLines summaries = new LogLines(RepeatedLines.class);
    private final FailureLog failures =
            new FailureLog(
                    "billing",
                    new RepeatedLines((delay, action) -> {
                        var _ = timeouts.after(delay, action);
                    }),
                    time);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    @Test
    void failureIsOneWarningThatNamesWhatFailed() {
        failures.failed(7, CallKind.REPLACED, new IllegalStateException("no\nroom"));

        assertThat(lines.list)
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.getLevel()).isEqualTo(Level.WARN);
                    assertThat(line.getFormattedMessage())
                            .isEqualTo(
                                    "pid 7: notifier 'billing' failed in replaced:"
                                            + " java.lang.IllegalStateException: no\\u{a}room");
                });
    }

    @Test
    void stackTraceIsLoggedOnceAMinute() {
        for (int i = 0; i < 3; i++) {
            fail(5);
            time.advance(Duration.ofMinutes(1));
        }

        assertThat(lines.list).hasSize(15);
        assertThat(lines.list)
                .filteredOn(line -> line.getThrowableProxy() != null)
                .containsExactly(lines.list.get(0), lines.list.get(5), lines.list.get(10));
    }

    @Test
    void timeoutIsOneWarningWithItsLimit() {
        failures.timedOut(7, CallKind.UNREGISTERED, Duration.ofSeconds(3));

        assertThat(lines.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEqualTo(
                        "pid 7: notifier 'billing' exceeded its timeout of PT3S in unregistered");
    }

    @Test
    void floodOfFailuresIsSummarized() {
        fail(Kind.FAILURE.maxLines() + 900);
        assertThat(lines.list).hasSize(Kind.FAILURE.maxLines());

        time.advance(RepeatedLines.INTERVAL);
        assertThat(summaries.at("WARN"))
                .containsExactly("900 more failed calls of notifier 'billing' within 10 s");
        fail(1);
        assertThat(lines.list).hasSize(Kind.FAILURE.maxLines() + 1);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            failures.failed(i, CallKind.REGISTERED, new IllegalStateException("scripted"));
        }
    }
}
