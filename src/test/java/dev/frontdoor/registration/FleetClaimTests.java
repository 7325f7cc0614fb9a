package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ABANDONED;
import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;
import static dev.frontdoor.registration.LinkedWorker.rejected;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.IdentityClaims;
import dev.frontdoor.registration.settings.DuplicateIdentity;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Registrations whose identity has to be unique beyond their instance. */
class FleetClaimTests {

    private static final CompletableFuture<@Nullable Void> RELEASED =
            CompletableFuture.completedFuture(null);
    private static final IdentityClaims.Answer GRANTED =
            new IdentityClaims.Answer.Granted(RELEASED);
    private static final IdentityClaims.Answer REFUSED =
            new IdentityClaims.Answer.Refused("identity 'one' is elsewhere", null);
    private static final IdentityClaims.Answer UNAVAILABLE =
            new IdentityClaims.Answer.Unavailable();

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final ScriptedClaims claims = new ScriptedClaims();

    @Test
    void nothingIsClaimedWhereDuplicatesAreAllowed() {
        fixture.fleet(claims);

        assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);

        assertThat(claims.calls).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"REJECT", "REPLACE"})
    void identityIsClaimedOnceAllNotifiersHaveAcceptedAndBeforeTheWorkerIsInForce(
            DuplicateIdentity policy) {
        start(policy);
        LinkedWorker worker = fixture.worker();
        CompletableFuture<Decision> decided = worker.registering("one");
        claims.awaitCalls("claim one 1");

        assertThat(fixture.history().events()).containsExactly("a told 1 one");
        assertThat(decided).isNotDone();
        assertThat(fixture.table().size()).isZero();
        claims.answer(0, GRANTED);

        assertThat(decisionOf(decided)).isEqualTo(ACCEPTED);
        worker.end();
        claims.awaitCalls("claim one 1", "release one 1");
        fixture.awaitNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(names = {"REJECT", "REPLACE"})
    void refusedClaimantIsUndoneAndRejectedAndItsIdentityIsFree(DuplicateIdentity policy) {
        start(policy);
        LinkedWorker worker = fixture.worker();
        CompletableFuture<Decision> decided = worker.registering("one");
        claims.awaitCalls("claim one 1");

        claims.answer(0, REFUSED);

        assertThat(decisionOf(decided)).isEqualTo(rejected("identity 'one' is elsewhere"));
        assertThat(fixture.history().events()).containsExactly("a told 1 one", "a told 1 gone");
        assertThat(worker.closes()).isEmpty();
        claims.awaitCalls("claim one 1", "release one 1");
        CompletableFuture<Decision> next = fixture.worker().registering("one");
        claims.awaitCalls("claim one 1", "release one 1", "claim one 2");
        claims.answer(1, GRANTED);
        assertThat(decisionOf(next)).isEqualTo(ACCEPTED);
    }

    @Test
    void refusalForATimeSaysWhenToTryAgain() {
        start(DuplicateIdentity.REPLACE);
        CompletableFuture<Decision> decided = fixture.worker().registering("one");
        claims.awaitCalls("claim one 1");

        claims.answer(0, new IdentityClaims.Answer.Refused("why", Duration.ofSeconds(40)));

        assertThat(decisionOf(decided)).isEqualTo(Decision.deferred("why", Duration.ofSeconds(40)));
    }

    @Test
    void whereDuplicatesAreRejectedNobodyEntersWithoutAnAnswer() {
        start(DuplicateIdentity.REJECT);
        CompletableFuture<Decision> decided = fixture.worker().registering("one");
        claims.awaitCalls("claim one 1");

        claims.answer(0, UNAVAILABLE);

        assertThat(decisionOf(decided)).isEqualTo(unavailable());
        assertThat(fixture.history().events()).endsWith("a told 1 gone");
    }

    @Test
    void whereDuplicatesAreReplacedTheFleetIsNotWaitedFor() {
        start(DuplicateIdentity.REPLACE);
        CompletableFuture<Decision> decided = fixture.worker().registering("one");
        claims.awaitCalls("claim one 1");

        claims.answer(0, UNAVAILABLE);

        assertThat(decisionOf(decided)).isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @EnumSource(names = {"REJECT", "REPLACE"})
    void answerIsAwaitedUntilTheDecisionDeadline(DuplicateIdentity policy) {
        fixture.decisionTimeout(Duration.ofSeconds(4));
        start(policy);
        LinkedWorker worker = fixture.worker();
        CompletableFuture<Decision> decided = worker.registering("one");
        claims.awaitCalls("claim one 1");
        fixture.advanceUntil(decided::isDone);

        boolean replaces = policy == DuplicateIdentity.REPLACE;
        assertThat(decisionOf(decided)).isEqualTo(replaces ? ACCEPTED : unavailable());
        claims.answer(0, REFUSED);

        // A worker in force that has lost its identity is closed; one that was rejected is not.
        assertThat(worker.closes().contains(CloseCause.REPLACED)).isEqualTo(replaces);
    }

    @Test
    void newcomerWaitsForTheCallsOfTheWorkerThatItReplacesElsewhere() {
        start(DuplicateIdentity.REPLACE);
        CompletableFuture<@Nullable Void> earlierReleased = new CompletableFuture<>();
        CompletableFuture<Decision> decided = fixture.worker().registering("one");
        claims.awaitCalls("claim one 1");

        claims.answer(0, new IdentityClaims.Answer.Granted(earlierReleased));
        assertThat(decided).isNotDone();
        earlierReleased.complete(null);

        assertThat(decisionOf(decided)).isEqualTo(ACCEPTED);
    }

    @Test
    void workerThatIsReplacedByAnotherInstanceIsClosedAndReleased() {
        start(DuplicateIdentity.REPLACE);
        LinkedWorker worker = fixture.worker();
        CompletableFuture<Decision> decided = worker.registering("one");
        claims.awaitCalls("claim one 1");
        claims.answer(0, GRANTED);
        assertThat(decisionOf(decided)).isEqualTo(ACCEPTED);

        CompletableFuture<@Nullable Void> released = claims.claimants.getFirst().replaced();

        assertThat(worker.closes()).containsExactly(CloseCause.REPLACED);
        RegistrationFixture.eventually().until(released::isDone);
        assertThat(fixture.history().events()).endsWith("a told 1 gone");
        fixture.awaitNothingLeft();
    }

    @Test
    void claimantThatDisconnectsIsReleased() {
        start(DuplicateIdentity.REJECT);
        LinkedWorker worker = fixture.worker();
        CompletableFuture<Decision> decided = worker.registering("one");
        claims.awaitCalls("claim one 1");

        worker.end();

        assertThat(decisionOf(decided)).isEqualTo(ABANDONED);
        claims.awaitCalls("claim one 1", "release one 1");
        claims.answer(0, GRANTED);
        fixture.awaitNothingLeft();
        assertThat(fixture.table().size()).isZero();
    }

    @Test
    void claimMovesWithARegistrationUnderAnotherIdentity() {
        start(DuplicateIdentity.REJECT);
        LinkedWorker worker = fixture.worker();
        CompletableFuture<Decision> first = worker.registering("one");
        claims.awaitCalls("claim one 1");
        claims.answer(0, GRANTED);
        assertThat(decisionOf(first)).isEqualTo(ACCEPTED);
        CompletableFuture<Decision> refused = worker.registering("two");
        claims.awaitCalls("claim one 1", "claim two 1");
        claims.answer(1, REFUSED);
        assertThat(decisionOf(refused)).isInstanceOf(Decision.Rejected.class);
        assertThat(fixture.inForce(worker)).isEqualTo("one");
        CompletableFuture<Decision> moved = worker.registering("three");
        claims.awaitCalls("claim one 1", "claim two 1", "release two 1", "claim three 1");

        claims.answer(2, GRANTED);

        assertThat(decisionOf(moved)).isEqualTo(ACCEPTED);
        claims.awaitCalls(
                "claim one 1", "claim two 1", "release two 1", "claim three 1", "release one 1");
    }

    @Test
    void drainDoesNotRejectAClaimantWhoseNotifiersHaveAccepted() {
        start(DuplicateIdentity.REJECT);
        CompletableFuture<Decision> decided = fixture.worker().registering("one");
        claims.awaitCalls("claim one 1");

        fixture.service().stopAccepting();
        assertThat(decided).isNotDone();
        claims.answer(0, GRANTED);

        assertThat(decisionOf(decided)).isEqualTo(ACCEPTED);
    }

    private void start(DuplicateIdentity policy) {
        fixture.duplicates(policy);
        fixture.fleet(claims);
        fixture.notifier("a");
    }

    private static Decision unavailable() {
        return Decision.deferred(
                "the identities of other instances cannot be checked", Duration.ofSeconds(5));
    }
}
