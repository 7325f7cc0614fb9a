package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.failed;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the log has of a notifier that fails: one line a call, whatever the callback. */
class FailureLinesTests {

    private static final int CALLS = 20;

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final Gate gate = new Gate();
    private final Logger service = (Logger) LoggerFactory.getLogger("dev.frontdoor");
    private final Warnings warnings = new Warnings();

    @BeforeEach
    void listen() {
        warnings.start();
        service.addAppender(warnings);
    }

    @AfterEach
    void stopListening() {
        service.detachAppender(warnings);
    }

    @Test
    void failedRegistrationIsOneLine() {
        fixture.notifier("a").registering(_ -> fail());
        for (int i = 0; i < CALLS; i++) {
            assertThat(fixture.worker().register("one")).isEqualTo(failed("a"));
        }

        expectLines(CALLS, "registered");
    }

    @Test
    void failureToTellWhetherItTakesAWorkerIsOneLine() {
        fixture.notifier("a").taking(_ -> fail());
        for (int i = 0; i < CALLS; i++) {
            assertThat(fixture.worker().register("one")).isEqualTo(failed("a"));
        }

        expectLines(CALLS, "registered");
    }

    @Test
    void failedUnregisterCallIsOneLine() {
        fixture.notifier("a").unregistering(_ -> fail());
        for (int i = 0; i < CALLS; i++) {
            LinkedWorker worker = fixture.worker();
            worker.settle("one");
            worker.end();
        }
        fixture.awaitNothingLeft();

        expectLines(CALLS, "unregistered");
    }

    @Test
    void failedPublicationIsOneLine() {
        fixture.notifier("a").consuming(_ -> fail());
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        for (int i = 0; i < CALLS; i++) {
            assertThat(worker.publish("progress")).isFalse();
        }

        expectLines(CALLS, "published");
    }

    @Test
    void failedReplacementIsOneLine() {
        fixture.notifier("a").registering("broken", () -> fail());
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        for (int i = 0; i < CALLS; i++) {
            assertThat(worker.register("broken")).isEqualTo(failed("a"));
        }
        assertThat(worker.register("two")).isEqualTo(ACCEPTED);

        expectLines(CALLS, "replaced");
    }

    @Test
    void callThatExceedsItsTimeoutAndThenFailsIsOneLine() {
        fixture.notifier("a", RegistrationFixture.SHORT_TIMEOUT)
                .registering(_ -> gate.stayUnlessInterrupted());
        LinkedWorker worker = fixture.worker();
        Decision _ = worker.registerUntilTimeout("one", gate);
        gate.awaitInterrupted();
        worker.end();
        fixture.awaitNothingLeft();

        assertThat(warnings.lines)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .contains("exceeded its timeout");
    }

    @Test
    void stackTraceComesOnceAMinuteForAllCallbacksTogether() {
        fixture.notifier("a").consuming(_ -> fail()).unregistering(_ -> fail());
        for (int minute = 0; minute < 3; minute++) {
            LinkedWorker worker = fixture.worker();
            worker.settle("one");
            assertThat(worker.publish("progress")).isFalse();
            worker.end();
            fixture.awaitNothingLeft();
            fixture.time().advance(Duration.ofMinutes(1));
        }

        assertThat(warnings.lines).hasSize(6);
        assertThat(warnings.lines).filteredOn(line -> line.getThrowableProxy() != null).hasSize(3);
    }

    private void expectLines(int count, String callback) {
        assertThat(warnings.lines)
                .hasSize(count)
                .allSatisfy(line ->
                        assertThat(line.getFormattedMessage())
                                .contains("notifier 'a' failed in " + callback));
        assertThat(warnings.lines).filteredOn(line -> line.getThrowableProxy() != null).hasSize(1);
    }

    private static boolean fail() {
        throw new IllegalStateException("scripted");
    }

    /** Warnings and errors of the service. */
    private static final class Warnings extends AppenderBase<ILoggingEvent> {

        private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent line) {
            if (line.getLevel().isGreaterOrEqual(Level.WARN)) {
                lines.add(line);
            }
        }
    }
}
