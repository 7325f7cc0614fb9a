package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.frontdoor.event.Event;
import dev.frontdoor.event.WorkerEntry;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.registration.settings.DuplicateIdentity;
import dev.frontdoor.test.Registrations;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
    void repeatedRegistrationIsShownWithItsOwnTimeAndOtherwiseAsBefore() {
        fixture.notifier("first");
        LinkedWorker worker = fixture.worker();
        worker.settle("worker");
        fixture.time().advance(Duration.ofSeconds(7));
        worker.settle("worker");

        WorkerEntry first = admitted(0);
        WorkerEntry second = admitted(1);
        Instant later = Objects.requireNonNull(first.registeredAt()).plusSeconds(7);
        assertThat(second).isEqualTo(first.withRegisteredAt(later));
        assertThat(second.registeredAt()).isEqualTo(later);
        assertThat(row(worker).registeredAt()).isEqualTo(later);
    }

    @Test
    void repeatedRegistrationIsShownWithTheHoldersThatItHas() {
        fixture.notifier("first");
        ScriptedNotifier choosy = fixture.notifier("choosy");
        LinkedWorker worker = fixture.worker();
        worker.settle("worker");
        choosy.taking(_ -> false);
        worker.settle("worker");

        assertThat(admitted(0).holders()).containsExactly("first", "choosy");
        assertThat(admitted(1).holders()).containsExactly("first");
    }

    @Test
    void rowKeepsAnEntryForEventsOnlyIfThatHasNoTextsOfItsOwn() {
        LinkedWorker plain = fixture.worker();
        plain.settle("plain");
        LinkedWorker labeled = fixture.worker();
        labeled.facts().annotate(Map.of("zone", "eu1"));
        labeled.settle("labeled");
        LinkedWorker lengthy = fixture.worker();
        Decision decision =
                lengthy.register(
                        Registrations.of("lengthy").activityTypes("x".repeat(250)).build());

        assertThat(decision).isEqualTo(new Decision.Accepted());
        assertThat(row(plain).kept()).isEqualTo(row(plain).entry());
        assertThat(row(labeled).kept()).isNull();
        assertThat(row(lengthy).kept()).isNull();
        assertThat(row(lengthy).entry().activityTypes()).contains("x".repeat(200) + "...");
    }

    @Test
    void eventsShowTheLabelsOfTheirTime() {
        fixture.notifier("first");
        LinkedWorker worker = fixture.worker();
        worker.settle("worker");
        worker.facts().annotate(Map.of("zone", "eu1"));
        worker.settle("worker");
        worker.facts().annotate(Map.of("zone", "x".repeat(250)));
        worker.end();

        assertThat(admitted(0).labels()).isEmpty();
        assertThat(admitted(1).labels()).containsOnly(entry("zone", "eu1"));
        assertThat(fixture.events().getLast())
                .isInstanceOfSatisfying(
                        Event.Departed.class,
                        departed ->
                                assertThat(departed.worker().labels())
                                        .containsOnly(entry("zone", "x".repeat(200) + "...")));
    }

    @Test
    void eventsShowThePrincipalOfTheirTime() {
        fixture.notifier("first");
        LinkedWorker worker = fixture.worker();
        worker.settle("worker");
        worker.facts().onAuthenticated(new Principal("alice"));
        worker.settle("worker");

        assertThat(admitted(0).principal()).isNull();
        assertThat(admitted(1).principal()).isEqualTo("alice");
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

    private WorkerEntry admitted(int index) {
        return ((Event.Admitted) fixture.events().get(index)).worker();
    }

    private List<String> types() {
        return fixture.events().stream().map(Event::type).toList();
    }

    private LiveWorker row(LinkedWorker worker) {
        return fixture.table().find(worker.pid()).orElseThrow();
    }
}
