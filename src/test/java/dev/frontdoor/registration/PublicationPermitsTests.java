package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.NotifierProperties.Bean;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.invocation.TestNotifiers;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Publications have permits of their own, so what they occupy delays nothing else. */
class PublicationPermitsTests {

    private static final int PERMITS = 3;

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final Gate gate = new Gate();

    @Test
    void registrationsAndEndsPassWhilePublicationsHaveAllTheirPermits() {
        ScriptedNotifier _ =
                fixture.notifier("a", publicationPermits(PERMITS)).consuming(this::stay);
        List<LinkedWorker> publishers = new ArrayList<>();
        List<CompletableFuture<Boolean>> publications = new ArrayList<>();
        for (int i = 0; i < 2 * PERMITS; i++) {
            LinkedWorker publisher = fixture.worker();
            publisher.settle("publisher");
            publishers.add(publisher);
        }
        publishers.forEach(publisher -> publications.add(publisher.publishing("progress")));
        gate.awaitEntered(PERMITS);
        RegistrationFixture.eventually()
                .until(() -> TestNotifiers.waiting(fixture.bean("a")) == PERMITS);
        fixture.history().forget();

        LinkedWorker other = fixture.worker();
        assertThat(other.register("other")).isEqualTo(ACCEPTED);
        assertThat(other.register("other again")).isEqualTo(ACCEPTED);
        other.end();

        fixture.history().awaitExactly("a told 7 other", "a told 7 other again", "a told 7 gone");
        gate.open();
        for (CompletableFuture<Boolean> publication : publications) {
            assertThat(publication).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(true);
        }
    }

    @Test
    void endOfAWorkerWhosePublicationWaitsForAPermitWaitsForNone() {
        ScriptedNotifier _ = fixture.notifier("a", publicationPermits(1)).consuming(this::stay);
        LinkedWorker blocking = fixture.worker();
        blocking.settle("blocking");
        CompletableFuture<Boolean> blocked = blocking.publishing("progress");
        gate.awaitEntered();
        LinkedWorker waiting = fixture.worker();
        waiting.settle("waiting");
        CompletableFuture<Boolean> skipped = waiting.publishing("progress");
        RegistrationFixture.eventually().until(() -> TestNotifiers.waiting(fixture.bean("a")) == 1);

        waiting.end();

        fixture.history().awaitExactly("a told 2 gone");
        assertThat(skipped).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(false);
        assertThat(blocked).isNotDone();
        gate.open();
        assertThat(blocked).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(true);
        blocking.end();
        fixture.awaitNothingLeft();
    }

    @Test
    void callsThatFollowAPublicationOfTheirPidNeedNoPermitOfPublications() {
        ScriptedNotifier _ =
                fixture.notifier(
                                "a",
                                new Bean(
                                        true,
                                        RegistrationFixture.SHORT,
                                        1,
                                        1,
                                        OnFailure.REJECT,
                                        TestNotifiers.EVERYTHING))
                        .consuming(this::stay)
                        .registering(registration ->
                                fixture.history().add(Thread.currentThread().getName()));
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        CompletableFuture<Boolean> publication = worker.publishing("progress");
        gate.awaitEntered();
        fixture.time().advance(RegistrationFixture.SHORT);
        assertThat(publication).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(false);

        CompletableFuture<Decision> decision = worker.registering("two");
        gate.open();

        assertThat(LinkedWorker.decisionOf(decision)).isEqualTo(ACCEPTED);
        assertThat(fixture.history().events())
                .containsExactly("a offered 1 progress", "a told 1 two", "notifier-a-1");
    }

    @Test
    void publicationsThatNeverReturnMakeTheNotifierStuckInPublicationsOnly() {
        ScriptedNotifier _ =
                fixture.notifier("a", RegistrationFixture.SHORT_TIMEOUT_ONE_PERMIT)
                        .consuming(this::stay);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        CompletableFuture<Boolean> publication = worker.publishing("progress");
        gate.awaitEntered();
        fixture.time().advance(RegistrationFixture.SHORT);
        assertThat(publication).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(false);

        assertThat(fixture.bean("a").isStuckInPublications()).isTrue();
        assertThat(fixture.bean("a").isStuck()).isFalse();
        assertThat(fixture.bean("a").overdue()).isEqualTo(1);
        gate.open();
        RegistrationFixture.eventually().until(() -> fixture.bean("a").overdue() == 0);
    }

    private boolean stay(String channel) {
        gate.stay();
        return true;
    }

    private static Bean publicationPermits(int permits) {
        return new Bean(
                true,
                RegistrationFixture.LONG,
                1,
                permits,
                OnFailure.REJECT,
                TestNotifiers.EVERYTHING);
    }
}
