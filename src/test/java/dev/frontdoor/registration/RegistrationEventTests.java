package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.event.Event;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.registration.settings.DuplicateIdentity;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.util.List;

/** Which events registrations and ends leave behind, and in which order. */
class RegistrationEventTests {

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();

    @Test
    void everyAcceptedRegistrationIsAnEventAndTheEndIsOne() {
        fixture.notifier("first");
        LinkedWorker worker = fixture.worker();
        worker.settle("worker");
        worker.settle("worker");
        worker.end();

        assertThat(types()).containsExactly("admitted", "admitted", "departed");
        assertThat(fixture.events().getLast())
                .isInstanceOfSatisfying(
                        Event.Departed.class,
                        departed -> {
                            assertThat(departed.worker().pid()).isEqualTo(worker.pid());
                            assertThat(departed.worker().identity()).isEqualTo("worker");
                            assertThat(departed.worker().holders()).containsExactly("first");
                            assertThat(departed.departure().code()).isEqualTo(1000);
                        });
    }

    @Test
    void rejectedReplacementIsAnEventThatChangesNothing() {
        fixture.notifier("first")
                .registering(
                        "other",
                        () -> {
                            throw new RegistrationRejectedException("no room");
                        });
        LinkedWorker worker = fixture.worker();
        worker.settle("worker");
        worker.register("other");

        assertThat(types()).containsExactly("admitted", "rejected");
        assertThat(fixture.events().getLast())
                .isEqualTo(
                        new Event.Rejected(
                                worker.pid(), "other", "10.1.2.3:1", "rejected", "no room"));
        assertThat(fixture.table().find(worker.pid())).isPresent();
    }

    @Test
    void replacedWorkerDepartsBeforeTheNewerIsAdmitted() {
        fixture.duplicates(DuplicateIdentity.REPLACE);
        LinkedWorker older = fixture.worker();
        LinkedWorker newer = fixture.worker();
        older.settle("worker");
        newer.settle("worker");

        assertThat(types()).containsExactly("admitted", "replaced", "departed", "admitted");
        assertThat(fixture.events().get(1))
                .isEqualTo(new Event.Replaced(older.pid(), "worker", newer.pid()));
    }

    private List<String> types() {
        return fixture.events().stream().map(Event::type).toList();
    }
}
