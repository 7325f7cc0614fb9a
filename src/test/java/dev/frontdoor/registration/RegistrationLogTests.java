package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;
import dev.frontdoor.test.server.LogLines;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Which accepted registrations have a line. */
class RegistrationLogTests {

    @AutoClose private final LogLines lines = new LogLines(RegistrationLog.class);
    @AutoClose private final LogLines summaries = new LogLines(RepeatedLines.class);
    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();

    @Test
    void workersOfAnAddressHaveALineEachAndTheRestIsSummarized() {
        fixture.notifier("a");
        for (int i = 0; i < 150; i++) {
            assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
        }
        assertThat(lines.at("INFO")).hasSize(Kind.EVENT.maxLines());

        fixture.time().advance(RepeatedLines.INTERVAL);

        assertThat(summaries.at("INFO"))
                .singleElement()
                .asString()
                .startsWith("50 more accepted registrations of ");
    }

    @Test
    void changesOfWhatWorkersOfAnAddressDeclareAreSummarized() {
        fixture.notifier("a");
        LinkedWorker worker = fixture.worker();
        for (int i = 0; i <= 50; i++) {
            assertThat(worker.register("worker-%s".formatted(i))).isEqualTo(ACCEPTED);
        }
        assertThat(lines.at("INFO")).hasSize(1 + Kind.FAULT.maxLines());

        fixture.time().advance(RepeatedLines.INTERVAL);

        assertThat(summaries.at("WARN"))
                .singleElement()
                .asString()
                .startsWith("40 more changed registrations of ");
    }
}
