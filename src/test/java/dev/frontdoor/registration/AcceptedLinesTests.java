package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;

/** What the log says of accepted registrations. */
@ExtendWith(LoggedOutputExtension.class)
class AcceptedLinesTests {

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();

    @Test
    void registrationHasALineUnlessItRepeatsTheOneInForce(CapturedOutput output) {
        fixture.notifier("a");
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        assertThat(worker.register("two")).isEqualTo(ACCEPTED);

        assertThat(
                        output.toString()
                                .lines()
                                .filter(line -> line.contains(" INFO "))
                                .filter(line -> line.contains("pid 1: registration of '"))
                                .map(line -> line.substring(line.indexOf("pid 1:"))))
                .containsExactly(
                        "pid 1: registration of 'one' accepted",
                        "pid 1: registration of 'two' accepted");
    }
}
