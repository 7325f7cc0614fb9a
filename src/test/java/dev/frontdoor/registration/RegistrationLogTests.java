package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.LogLines;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Which accepted registrations have a line. */
class RegistrationLogTests {

    @AutoClose private final LogLines lines = new LogLines(RegistrationLog.class);
    @AutoClose private final LogLines summaries = new LogLines(RefusalLog.class);
    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();

    @Test
    void eachWorkerHasALineHoweverManyCome() {
        fixture.notifier("a");
        for (int i = 0; i < 50; i++) {
            assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
        }
        assertThat(lines.at("INFO")).hasSize(50);
    }

    @Test
    void changesOfWhatWorkersOfAnAddressDeclareAreSummarized() {
        fixture.notifier("a");
        LinkedWorker worker = fixture.worker();
        for (int i = 0; i <= 50; i++) {
            assertThat(worker.register("worker-%s".formatted(i))).isEqualTo(ACCEPTED);
        }
        assertThat(lines.at("INFO")).hasSize(1 + RefusalLog.MAX_LINES);

        fixture.time().advance(RefusalLog.INTERVAL);

        assertThat(summaries.at("WARN"))
                .singleElement()
                .asString()
                .startsWith("40 more changed registrations of ");
    }
}
