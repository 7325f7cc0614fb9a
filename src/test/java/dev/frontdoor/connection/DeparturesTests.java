package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.Departure.Initiator;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.TestFacts;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Instant;

class DeparturesTests {

    @Test
    void lastToEndIsFirstAndTheOldestIsForgotten() {
        Departures departures = new Departures(2);
        departures.add(departed(1));
        departures.add(departed(2));
        departures.add(departed(3));
        assertThat(departures.newestFirst())
                .extracting(DepartedWorker::pid)
                .containsExactly(3L, 2L);
    }

    @Test
    void historyOfSizeZeroKeepsNothing() {
        Departures departures = new Departures(0);
        departures.add(departed(1));
        assertThat(departures.newestFirst()).isEmpty();
    }

    @Test
    void whatWasReadDoesNotChange() {
        Departures departures = new Departures(2);
        departures.add(departed(1));
        var read = departures.newestFirst();
        departures.add(departed(2));
        assertThat(read).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void onlyDisconnectionIsAnOperators(CloseCause refusal) {
        ConnectionEnd end = ConnectionEnd.byService(refusal, "why");
        assertThat(end.code()).isEqualTo(refusal.code());
        assertThat(end.initiator())
                .isEqualTo(
                        refusal == CloseCause.DISCONNECTED
                                ? Initiator.OPERATOR
                                : Initiator.SERVICE);
    }

    private static DepartedWorker departed(long pid) {
        return new DepartedWorker(
                TestFacts.of(pid).snapshot(),
                null,
                null,
                null,
                ConnectionEnd.broken("gone").at(Instant.EPOCH));
    }
}
