package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.Departure.Initiator;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.EventEntries;
import dev.frontdoor.registration.TestFacts;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Instant;

class DeparturesTests {

    private static final long MANY = 1 << 20;

    @Test
    void lastToEndIsFirstAndTheOldestIsForgotten() {
        Departures departures = new Departures(2, MANY);
        departures.add(departed(1));
        departures.add(departed(2));
        departures.add(departed(3));
        assertThat(departures.newestFirst())
                .extracting(kept -> kept.departed().pid())
                .containsExactly(3L, 2L);
    }

    @Test
    void memoryOfWhatWorkersDeclaredIsBounded() {
        Departures departures = new Departures(100, 20_000);
        for (int i = 1; i <= 50; i++) {
            departures.add(departed(i, "x".repeat(800)));
        }
        assertThat(departures.newestFirst())
                .hasSizeBetween(5, 20)
                .first()
                .returns(50L, Departures.Numbered::number);
        departures.add(departed(51, "x".repeat(100_000)));
        assertThat(departures.newestFirst()).hasSize(1);
        departures.add(departed(52));
        departures.add(departed(53));
        assertThat(departures.newestFirst()).hasSize(2);
    }

    @Test
    void historyOfSizeZeroKeepsNothing() {
        Departures departures = new Departures(0, MANY);
        departures.add(departed(1));
        assertThat(departures.newestFirst()).isEmpty();
    }

    @Test
    void whatWasReadDoesNotChange() {
        Departures departures = new Departures(2, MANY);
        departures.add(departed(1));
        var read = departures.newestFirst();
        departures.add(departed(2));
        assertThat(read).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void disconnectionAndEvictionAreAnOperators(CloseCause refusal) {
        ConnectionEnd end = ConnectionEnd.byService(refusal, "why");
        assertThat(end.code()).isEqualTo(refusal.code());
        assertThat(end.initiator())
                .isEqualTo(
                        switch (refusal) {
                            case DISCONNECTED, EVICTED, MOVED -> Initiator.OPERATOR;
                            default -> Initiator.SERVICE;
                        });
    }

    private static DepartedWorker departed(long pid) {
        return departed(pid, "");
    }

    private static DepartedWorker departed(long pid, String identity) {
        return new DepartedWorker(
                TestFacts.of(pid).snapshot(),
                EventEntries.unregistered(TestFacts.of(pid), identity),
                identity,
                null,
                null,
                ConnectionEnd.broken("gone").at(Instant.EPOCH));
    }
}
