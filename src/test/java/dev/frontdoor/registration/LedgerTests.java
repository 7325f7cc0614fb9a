package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.test.Registrations;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

/** Which of a decision and an end comes first, and what the other then may do. */
class LedgerTests {

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final LiveTable table = new LiveTable();
    private final LinkedWorker worker = fixture.worker();
    private final Ledger ledger = new Ledger(worker, 0);

    @Test
    void nothingEntersTheTableAfterTheEnd() {
        ledger.beginDeciding();
        boolean toldNow = ledger.leave(table).tellNow();

        assertThat(ledger.enter(table, live())).isFalse();
        assertThat(table.size()).isZero();
        assertThat(toldNow).isFalse();
        assertThat(ledger.endDeciding()).isTrue();
    }

    @Test
    void endAfterTheDecisionTakesTheWorkerOutAndIsToldNow() {
        ledger.beginDeciding();
        assertThat(ledger.enter(table, live())).isTrue();
        assertThat(ledger.endDeciding()).isFalse();

        assertThat(ledger.leave(table).tellNow()).isTrue();
        assertThat(table.size()).isZero();
        assertThat(ledger.leave(table).tellNow()).isFalse();
    }

    @Test
    void endBetweenEnteringAndTheEndOfTheDecisionIsToldByTheDecider() {
        ledger.beginDeciding();
        assertThat(ledger.enter(table, live())).isTrue();

        assertThat(ledger.leave(table).tellNow()).isFalse();
        assertThat(table.size()).isZero();
        assertThat(ledger.endDeciding()).isTrue();
    }

    @Test
    void pidIsDecidedOnceAtATime() {
        ledger.beginDeciding();

        assertThatThrownBy(ledger::beginDeciding)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("pid 1 is being decided already");
    }

    private LiveWorker live() {
        return new LiveWorker(worker, Registrations.of("one").build(), List.of(), Instant.EPOCH);
    }
}
