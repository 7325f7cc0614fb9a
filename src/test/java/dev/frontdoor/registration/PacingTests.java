package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ABANDONED;
import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Registrations that wait for their turn, and what ends the wait. */
class PacingTests {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();

    @Test
    void registrationGoesOnWhenItsTurnComes() {
        fixture.rateLimit(1, 100);
        fixture.notifier("a");
        assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
        CompletableFuture<Decision> decided = fixture.worker().registering("two");

        fixture.time().advance(SECOND.minusNanos(1));
        assertThat(decided).isNotDone();
        assertThat(fixture.history().events()).containsExactly("a told 1 one");
        fixture.time().advance(Duration.ofNanos(1));

        assertThat(decisionOf(decided)).isEqualTo(ACCEPTED);
    }

    @Test
    void workersThatVanishWhileTheyWaitGiveTheirTurnsBack() {
        fixture.rateLimit(1, 100);
        assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
        List<LinkedWorker> ghosts = new ArrayList<>();
        List<CompletableFuture<Decision>> decisions = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            LinkedWorker ghost = fixture.worker();
            ghosts.add(ghost);
            decisions.add(ghost.registering("ghost"));
        }
        assertThat(decisions).noneMatch(CompletableFuture::isDone);
        ghosts.forEach(LinkedWorker::end);

        assertThat(decisions).allMatch(CompletableFuture::isDone);
        assertThat(decisions).allMatch(decided -> decided.join().equals(ABANDONED));
        assertThat(fixture.service().ledgerCount()).isEqualTo(1);
        assertThat(fixture.time().scheduled()).as("the count of lines only").isOne();
        CompletableFuture<Decision> decided = fixture.worker().registering("good");
        fixture.time().advance(SECOND);
        assertThat(decisionOf(decided)).isEqualTo(ACCEPTED);
    }

    @Test
    void drainRejectsThoseThatWaitAtOnce() {
        fixture.rateLimit(1, 100);
        assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
        LinkedWorker waiting = fixture.worker();
        CompletableFuture<Decision> decided = waiting.registering("two");
        assertThat(decided).isNotDone();

        fixture.service().stopAccepting();

        assertThat(decided).isCompletedWithValue(Decision.DRAINING);
        waiting.end();
        assertThat(fixture.service().ledgerCount()).isEqualTo(1);
    }

    @Test
    void registrationWhoseTurnCannotComeInTimeIsRejectedAtOnce() {
        fixture.rateLimit(1, 100);
        fixture.decisionTimeout(Duration.ofSeconds(4));
        List<CompletableFuture<Decision>> decisions = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            decisions.add(fixture.worker().registering("one"));
        }

        assertThat(decisions.subList(3, 5))
                .extracting(CompletableFuture::join)
                .containsExactly(tooMany(3), tooMany(4));
        fixture.time().advance(Duration.ofSeconds(2));
        assertThat(decisions.subList(0, 3))
                .allSatisfy(decided -> assertThat(decisionOf(decided)).isEqualTo(ACCEPTED));
        assertThat(fixture.decided(RegistrationOutcome.DEFERRED)).isEqualTo(2);
        assertThat(fixture.decided(RegistrationOutcome.REJECTED)).isZero();
    }

    private static Decision tooMany(int seconds) {
        return new Decision.Rejected(
                RegistrationOutcome.DEFERRED,
                "too many workers register at once; retry in %d s".formatted(seconds));
    }
}
