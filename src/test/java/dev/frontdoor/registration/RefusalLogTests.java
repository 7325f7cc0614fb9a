package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.thread.TestTime;
import dev.frontdoor.invocation.thread.Timeouts;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import java.util.ArrayList;
import java.util.List;

/** Which lines about refusals are logged as they are, and which are only counted. */
@ExtendWith(OutputCaptureExtension.class)
class RefusalLogTests {

    private final TestTime time = new TestTime();
    @AutoClose private final Timeouts timeouts = new Timeouts(time);
    private final RefusalLog log = new RefusalLog(timeouts);
    private final List<String> whole = new ArrayList<>();

    @Test
    void linesThatRepeatAreSummarizedOnceInAnInterval(CapturedOutput output) {
        for (int port = 1; port <= 250; port++) {
            refuse("refused upgrades", "192.0.2.1:" + port);
        }
        assertThat(whole).hasSize(RefusalLog.MAX_LINES);
        assertThat(output.toString()).isEmpty();

        time.advance(RefusalLog.INTERVAL);

        assertThat(output.toString().lines()).hasSize(1);
        assertThat(output).contains("240 more refused upgrades of 192.0.2.1 within 10 s");
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void fewLinesHaveNoSummaryAndTheNextIntervalBeginsAnew(CapturedOutput output) {
        for (int interval = 1; interval <= 3; interval++) {
            for (int i = 0; i < RefusalLog.MAX_LINES; i++) {
                refuse("refused upgrades", "192.0.2.1:1");
            }
            time.advance(RefusalLog.INTERVAL);
            assertThat(whole).hasSize(interval * RefusalLog.MAX_LINES);
        }
        assertThat(output.toString()).isEmpty();
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

        assertThat(whole).hasSize(RefusalLog.MAX_LINES + 4);
    }

    @Test
    void numberOfAddressesThatAreToldApartIsBounded(CapturedOutput output) {
        for (int i = 0; i < 3 * RefusalLog.MAX_KEYS; i++) {
            refuse("refused upgrades", "host-" + i);
        }
        assertThat(whole).hasSize(RefusalLog.MAX_KEYS + RefusalLog.MAX_LINES);
        assertThat(time.scheduled()).isEqualTo(RefusalLog.MAX_KEYS + 1);

        time.advance(RefusalLog.INTERVAL);

        assertThat(output)
                .contains(
                        "%d more refused upgrades of other addresses within 10 s"
                                .formatted(2 * RefusalLog.MAX_KEYS - RefusalLog.MAX_LINES));
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void registrationsThatAreRejectedWithoutEndAreSummarized(CapturedOutput output) {
        try (RegistrationFixture fixture = new RegistrationFixture()) {
            LinkedWorker worker = fixture.worker();
            for (int i = 0; i < 1000; i++) {
                assertThat(worker.register("x".repeat(993)).outcome())
                        .isEqualTo(RegistrationOutcome.REJECTED);
            }
            assertThat(output.toString().lines()).hasSize(RefusalLog.MAX_LINES);
            fixture.time().advance(RefusalLog.INTERVAL);
            assertThat(output).contains("990 more rejected registrations of 10.1.2.3 within 10 s");
        }
    }

    private void refuse(String what, String remoteAddress) {
        log.log(what, remoteAddress, () -> whole.add(remoteAddress));
    }
}
