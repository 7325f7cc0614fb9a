package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.event.EventLog;
import dev.frontdoor.notifier.Departure;
import dev.frontdoor.notifier.Departure.Initiator;
import dev.frontdoor.test.Registrations;

import io.micrometer.core.instrument.Clock;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

/** A decision and an end, in either order, and what the later one may do. */
class LedgerTests {

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final LiveTable table = new LiveTable(new EventLog(10, 1 << 20, Clock.SYSTEM));
    private final LinkedWorker worker = fixture.worker();
    private final Ledger ledger = new Ledger(worker, 0);

    @Test
    void nothingEntersTheTableAfterTheEnd() {
        ledger.beginDeciding();
        boolean releaseNow = end().releaseNow();

        assertThat(ledger.putInForce(table, live())).isFalse();
        assertThat(table.size()).isZero();
        assertThat(releaseNow).isFalse();
        assertThat(ledger.endDeciding()).isTrue();
    }

    @Test
    void endAfterTheDecisionRemovesTheWorkerAndReleasesItsHoldersNow() {
        ledger.beginDeciding();
        assertThat(ledger.putInForce(table, live())).isTrue();
        assertThat(ledger.endDeciding()).isFalse();

        assertThat(end().releaseNow()).isTrue();
        assertThat(table.size()).isZero();
        assertThat(end().releaseNow()).isFalse();
    }

    @Test
    void endBetweenPuttingInForceAndTheEndOfTheDecisionIsLeftToTheDecider() {
        ledger.beginDeciding();
        assertThat(ledger.putInForce(table, live())).isTrue();

        assertThat(end().releaseNow()).isFalse();
        assertThat(table.size()).isZero();
        assertThat(ledger.endDeciding()).isTrue();
    }

    @Test
    void pidIsDecidedOnceAtATime() {
        ledger.beginDeciding();

        assertThatThrownBy(ledger::beginDeciding)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a registration of pid 1 is being decided already");
    }

    private Ledger.Ended end() {
        worker.facts().onDeparture(new Departure(1000, Initiator.WORKER, "bye", Instant.EPOCH));
        return ledger.end(table);
    }

    private LiveWorker live() {
        return LiveWorker.of(worker, Registrations.of("one").build(), List.of(), Instant.EPOCH, 0);
    }
}
