package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.thread.TestTime;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;
import dev.frontdoor.test.server.LogLines;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Which lines about refusals are logged as they are, and which are only counted. */
class RefusalLogTests {

    @AutoClose private final LogLines summaries = new LogLines(RepeatedLines.class);
    private final TestTime time = new TestTime();
    @AutoClose private final Timeouts timeouts = new Timeouts(time);
    private final RefusalLog log =
            new RefusalLog(
                    new RepeatedLines((delay, action) -> {
                        var _ = timeouts.after(delay, action);
                    }));
    private final List<String> whole = new ArrayList<>();

    @Test
    void linesThatRepeatAreSummarizedOnceInAnInterval() {
        for (int port = 1; port <= 250; port++) {
            refuse("refused upgrades", "192.0.2.1:" + port);
        }
        assertThat(whole).hasSize(Kind.FAULT.maxLines());
        assertThat(summaries.at("WARN")).isEmpty();

        time.advance(RepeatedLines.INTERVAL);

        assertThat(summaries.at("WARN"))
                .containsExactly("240 more refused upgrades of 192.0.2.1 within 10 s");
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void fewLinesHaveNoSummaryAndTheNextIntervalBeginsAnew() {
        for (int interval = 1; interval <= 3; interval++) {
            for (int i = 0; i < Kind.FAULT.maxLines(); i++) {
                refuse("refused upgrades", "192.0.2.1:1");
            }
            time.advance(RepeatedLines.INTERVAL);
            assertThat(whole).hasSize(interval * Kind.FAULT.maxLines());
        }
        assertThat(summaries.at("WARN")).isEmpty();
    }

    @Test
    void otherAddressesAndOtherThingsHaveLinesOfTheirOwn() {
        for (int i = 0; i < 100; i++) {
            refuse("refused upgrades", "192.0.2.1:1");
        }
        refuse("refused upgrades", "192.0.2.2:1");
        refuse("rejected registrations", "192.0.2.1:1");
        refuse("refused upgrades", "[2001:db8::1]:443");
        refuse("refused upgrades", "2001:db8::2");

        assertThat(whole).hasSize(Kind.FAULT.maxLines() + 4);
    }

    @Test
    void numberOfAddressesThatAreToldApartIsBounded() {
        for (int i = 0; i < 3 * RepeatedLines.MAX_KEYS; i++) {
            refuse("refused upgrades", "host-" + i);
        }
        assertThat(whole).hasSize(RepeatedLines.MAX_KEYS + Kind.FAULT.maxLines());
        assertThat(time.scheduled()).isEqualTo(RepeatedLines.MAX_KEYS + 1);

        time.advance(RepeatedLines.INTERVAL);

        assertThat(summaries.at("WARN"))
                .contains(
                        "%d more refused upgrades of others within 10 s"
                                .formatted(2 * RepeatedLines.MAX_KEYS - Kind.FAULT.maxLines()));
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void eventsOfOrdinaryOperationHaveMoreLinesAndNoWarning() {
        for (int i = 0; i < 250; i++) {
            log.logEvent("accepted registrations", "192.0.2.1:1", () -> whole.add(""));
        }
        assertThat(whole).hasSize(100);

        time.advance(RepeatedLines.INTERVAL);

        assertThat(summaries.at("WARN")).isEmpty();
        assertThat(summaries.at("INFO"))
                .containsExactly("150 more accepted registrations of 192.0.2.1 within 10 s");
    }

    @Test
    void registrationsThatAreRejectedWithoutEndAreSummarized() {
        try (RegistrationFixture fixture = new RegistrationFixture();
                LogLines decisions = new LogLines(RegistrationLog.class)) {
            LinkedWorker worker = fixture.worker();
            for (int i = 0; i < 1000; i++) {
                assertThat(worker.register("x".repeat(993)).outcome())
                        .isEqualTo(RegistrationOutcome.REJECTED);
            }
            assertThat(decisions.at("INFO")).hasSize(Kind.FAULT.maxLines());
            assertThat(summaries.at("WARN")).isEmpty();
            fixture.time().advance(RepeatedLines.INTERVAL);
            assertThat(summaries.at("WARN"))
                    .containsExactly("990 more rejected registrations of 10.1.2.3 within 10 s");
        }
    }

    private void refuse(String what, String remoteAddress) {
        log.log(what, remoteAddress, () -> whole.add(remoteAddress));
    }
}
