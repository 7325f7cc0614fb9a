package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ABANDONED;
import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;
import static dev.frontdoor.registration.LinkedWorker.rejected;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.registration.settings.DuplicateIdentity;
import dev.frontdoor.test.Registrations;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Two connections with one identity: which of them has it, and when that changes. */
@ExtendWith(LoggedOutputExtension.class)
class DuplicateIdentityTests {

    private static final String IMPOSTOR = "impostor";

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final Gate gate = new Gate();

    @ParameterizedTest
    @EnumSource(names = {"REJECT", "REPLACE"})
    void registrationThatIsBeingDecidedBlocksNobody(DuplicateIdentity policy) {
        fixture.duplicates(policy);
        holdUp(IMPOSTOR);
        LinkedWorker impostor = fixture.worker();
        CompletableFuture<Decision> undecided = registering(impostor, IMPOSTOR);
        gate.awaitEntered();

        assertThat(decisionOf(registering(fixture.worker(), "good"))).isEqualTo(ACCEPTED);

        assertThat(undecided).isNotDone();
        gate.open();
    }

    @Test
    void identityOfAConnectionThatHasEndedIsFreeBeforeItsLastRegistrationIsDecided() {
        fixture.duplicates(DuplicateIdentity.REJECT);
        holdUp(IMPOSTOR);
        LinkedWorker older = fixture.worker();
        assertThat(decisionOf(registering(older, "good"))).isEqualTo(ACCEPTED);
        CompletableFuture<Decision> undecided = registering(older, IMPOSTOR);
        gate.awaitEntered();
        older.end();

        assertThat(decisionOf(registering(fixture.worker(), "good"))).isEqualTo(ACCEPTED);

        assertThat(undecided).isNotDone();
        gate.open();
    }

    @Test
    void newcomerThatANotifierRejectsLeavesTheOlderOneUntouched() {
        fixture.duplicates(DuplicateIdentity.REPLACE);
        fixture.notifier("a")
                .registering(registration -> {
                    if (IMPOSTOR.equals(registration.node())) {
                        throw new RegistrationRejectedException("no");
                    }
                });
        LinkedWorker good = fixture.worker();
        assertThat(decisionOf(registering(good, "good"))).isEqualTo(ACCEPTED);

        for (int i = 0; i < 40; i++) {
            assertThat(decisionOf(registering(fixture.worker(), IMPOSTOR)))
                    .isEqualTo(rejected("no"));
        }

        assertThat(good.closes()).isEmpty();
        assertThat(fixture.inForce(good)).isEqualTo("one");
    }

    @Test
    void olderOneIsUnregisteredAfterTheNewcomerIsAcceptedAndBeforeItEnters() {
        fixture.duplicates(DuplicateIdentity.REPLACE);
        fixture.notifier("a").unregistering(_ -> gate.stay());
        fixture.notifier("b");
        LinkedWorker older = fixture.worker();
        older.settle("one");
        LinkedWorker newer = fixture.worker();
        CompletableFuture<Decision> decided = newer.registering("one");
        gate.awaitEntered();

        assertThat(older.closes()).containsExactly(CloseCause.REPLACED);
        assertThat(fixture.history().events())
                .containsExactly("a told 2 one", "b told 2 one", "b told 1 gone", "a told 1 gone");
        assertThat(decided).isNotDone();
        assertThat(fixture.table().size()).isZero();
        gate.open();

        assertThat(decisionOf(decided)).isEqualTo(ACCEPTED);
        assertThat(fixture.inForce(newer)).isEqualTo("one");
    }

    @Test
    void newcomerThatHasClosedTheOlderOneEntersAtItsDeadlineAtTheLatest() {
        fixture.decisionTimeout(Duration.ofSeconds(4));
        CompletableFuture<Decision> decided = newcomerThatWaitsForACall();

        // Two calls, the decision, and the count of lines.
        RegistrationFixture.eventually().until(() -> fixture.time().scheduled() == 4);
        fixture.time().advance(Duration.ofSeconds(4).minusNanos(1));
        assertThat(decided).isNotDone();
        fixture.time().advance(Duration.ofNanos(1));

        assertThat(decisionOf(decided)).isEqualTo(ACCEPTED);
        gate.open();
        fixture.history().awaitEvent("a told 1 gone");
    }

    @Test
    void newcomerThatHasClosedTheOlderOneIsNotRejectedByADrain() {
        CompletableFuture<Decision> decided = newcomerThatWaitsForACall();

        fixture.service().stopAccepting();
        assertThat(decided).isNotDone();
        gate.open();

        assertThat(decisionOf(decided)).isEqualTo(ACCEPTED);
    }

    @Test
    void newcomerThatEndsWhileItWaitsIsUnregisteredAndItsIdentityIsFree() {
        fixture.duplicates(DuplicateIdentity.REPLACE);
        fixture.notifier("a").unregistering(_ -> gate.stay());
        fixture.worker().settle("one");
        LinkedWorker newer = fixture.worker();
        CompletableFuture<Decision> decided = newer.registering("one");
        gate.awaitEntered();

        newer.end();
        assertThat(decisionOf(decided)).isEqualTo(ABANDONED);
        gate.open();

        fixture.history().awaitEvent("a told 2 gone");
        assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
        assertThat(newer.closes()).isEmpty();
    }

    @Test
    void newestOfSeveralNewcomersStaysAndWaitsForTheCallsOfAll() {
        fixture.duplicates(DuplicateIdentity.REPLACE);
        fixture.notifier("a")
                .unregistering(pid -> {
                    if (pid == 1) {
                        gate.stay();
                    }
                });
        fixture.worker().settle("one");
        LinkedWorker second = fixture.worker();
        CompletableFuture<Decision> secondDecided = second.registering("one");
        gate.awaitEntered();
        LinkedWorker third = fixture.worker();
        CompletableFuture<Decision> thirdDecided = third.registering("one");

        assertThat(decisionOf(secondDecided)).isEqualTo(ABANDONED);
        assertThat(second.closes()).containsExactly(CloseCause.REPLACED);
        fixture.history().awaitEvent("a told 2 gone");
        assertThat(thirdDecided).isNotDone();
        gate.open();

        assertThat(decisionOf(thirdDecided)).isEqualTo(ACCEPTED);
        assertThat(third.closes()).isEmpty();
        third.end();
        fixture.awaitNothingLeft();
    }

    @Test
    void olderConnectionNeverReplacesANewerOne() {
        fixture.duplicates(DuplicateIdentity.REPLACE);
        holdUp("slow");
        LinkedWorker older = fixture.worker();
        CompletableFuture<Decision> olderDecided = registering(older, "slow");
        gate.awaitEntered();
        LinkedWorker newer = fixture.worker();
        assertThat(decisionOf(registering(newer, "good"))).isEqualTo(ACCEPTED);
        gate.open();

        assertThat(decisionOf(olderDecided)).isEqualTo(ABANDONED);
        assertThat(older.closes()).containsExactly(CloseCause.REPLACED);
        fixture.history().awaitEvent("a told 1 gone");
        assertThat(newer.closes()).isEmpty();
        assertThat(fixture.inForce(newer)).isEqualTo("one");
    }

    @Test
    void olderConnectionThatAsksForTheIdentityOfANewerOneIsClosedUnasked() {
        fixture.duplicates(DuplicateIdentity.REPLACE);
        fixture.notifier("a");
        LinkedWorker older = fixture.worker();
        LinkedWorker newer = fixture.worker();
        newer.settle("one");

        assertThat(older.register("one")).isEqualTo(ABANDONED);

        assertThat(older.closes()).containsExactly(CloseCause.REPLACED);
        assertThat(fixture.history().events()).isEmpty();
        assertThat(newer.closes()).isEmpty();
    }

    @Test
    void ofSeveralNewcomersTheFirstThatIsAcceptedWinsAndTheOthersAreUndone() {
        fixture.duplicates(DuplicateIdentity.REJECT);
        holdUp("slow");
        LinkedWorker loser = fixture.worker();
        CompletableFuture<Decision> slow = registering(loser, "slow");
        gate.awaitEntered();
        LinkedWorker quick = fixture.worker();
        assertThat(decisionOf(registering(quick, "quick"))).isEqualTo(ACCEPTED);
        gate.open();

        assertThat(decisionOf(slow))
                .isEqualTo(rejected("identity 'one' is registered already, as pid 2"));
        assertThat(fixture.history().events()).endsWith("a told 1 gone");
        loser.end();
        quick.end();
        fixture.awaitNothingLeft();
    }

    @Test
    void registrationInForceRefusesANewcomerUntilItsConnectionEnds() {
        fixture.duplicates(DuplicateIdentity.REJECT);
        fixture.notifier("a").unregistering(_ -> gate.stay());
        LinkedWorker older = fixture.worker();
        older.settle("one");
        LinkedWorker newer = fixture.worker();
        assertThat(newer.register("one"))
                .isEqualTo(rejected("identity 'one' is registered already, as pid 1"));
        assertThat(fixture.history().events()).isEmpty();

        older.end();

        assertThat(newer.register("one")).isEqualTo(ACCEPTED);
        gate.open();
    }

    @Test
    void identityThatWasGivenUpOrNeverAcceptedIsFree() {
        fixture.duplicates(DuplicateIdentity.REJECT);
        fixture.notifier("a")
                .registering(
                        "three",
                        () -> {
                            throw new RegistrationRejectedException("no");
                        });
        LinkedWorker first = fixture.worker();
        first.settle("one");
        assertThat(first.register("two")).isEqualTo(ACCEPTED);
        assertThat(first.register("three")).isEqualTo(rejected("no"));
        assertThat(first.register("two")).isEqualTo(ACCEPTED);

        assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
        assertThat(fixture.worker().register("two"))
                .isEqualTo(rejected("identity 'two' is registered already, as pid 1"));
    }

    @Test
    void workersThatReplaceEachOtherWithoutEndAreDamped(CapturedOutput output) {
        fixture.duplicates(DuplicateIdentity.REPLACE);
        fixture.notifier("a");
        fixture.time().advance(Duration.ofSeconds(7));
        LinkedWorker last = fixture.worker();
        last.settle("one");
        for (int i = 0; i < IdentityOwner.MAX_REPLACEMENTS; i++) {
            last = fixture.worker();
            assertThat(last.register("one")).isEqualTo(ACCEPTED);
        }
        fixture.time().advance(Duration.ofSeconds(20));

        for (int i = 0; i < 100; i++) {
            assertThat(fixture.worker().register("one")).isEqualTo(damped(40));
        }

        assertThat(fixture.table().size()).isOne();
        assertThat(fixture.inForce(last)).isEqualTo("one");
        assertThat(output.toString())
                .containsOnlyOnce("that replaced the one at")
                .contains(
                        "identity 'one' was replaced 5 times within 60 s, last by the worker at"
                                + " 10.1.2.3:6 that replaced the one at 10.1.2.3:5");
        fixture.time().advance(Duration.ofSeconds(40));
        assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
    }

    @Test
    void workersThatReplaceEachOtherAndLeaveAreDampedToo() {
        fixture.duplicates(DuplicateIdentity.REPLACE);
        fixture.notifier("a");
        for (int i = 0; i < IdentityOwner.MAX_REPLACEMENTS; i++) {
            assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
            LinkedWorker newer = fixture.worker();
            assertThat(newer.register("one")).isEqualTo(ACCEPTED);
            newer.end();
        }
        LinkedWorker last = fixture.worker();
        assertThat(last.register("one")).as("nobody has the identity").isEqualTo(ACCEPTED);
        assertThat(fixture.worker().register("one")).isEqualTo(damped(60));
        assertThat(fixture.inForce(last)).isEqualTo("one");

        last.end();
        fixture.time().advance(Duration.ofSeconds(60));
        assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
        assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
    }

    @Test
    void newcomersThatAreDecidedAtOnceAreDampedToo() {
        fixture.duplicates(DuplicateIdentity.REPLACE);
        holdUp("slow");
        assertThat(decisionOf(registering(fixture.worker(), "good"))).isEqualTo(ACCEPTED);
        CompletableFuture<Decision> slow = registering(new LinkedWorker(1_000, fixture), "slow");
        gate.awaitEntered();
        for (int i = 0; i < IdentityOwner.MAX_REPLACEMENTS; i++) {
            assertThat(decisionOf(registering(fixture.worker(), "good"))).isEqualTo(ACCEPTED);
        }
        gate.open();

        assertThat(decisionOf(slow)).isEqualTo(damped(60));
        fixture.history().awaitEvent("a told 1000 gone");
        assertThat(fixture.table().size()).isOne();
    }

    @Test
    void otherIdentitiesAreNotDamped() {
        fixture.duplicates(DuplicateIdentity.REPLACE);
        for (int i = 0; i <= IdentityOwner.MAX_REPLACEMENTS; i++) {
            assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
        }
        for (int i = 0; i <= IdentityOwner.MAX_REPLACEMENTS; i++) {
            assertThat(fixture.worker().register("two")).isEqualTo(ACCEPTED);
        }
        for (int i = 0; i < 3 * IdentityOwner.MAX_REPLACEMENTS; i++) {
            LinkedWorker alone = fixture.worker();
            assertThat(alone.register("three")).isEqualTo(ACCEPTED);
            alone.end();
        }
    }

    private CompletableFuture<Decision> newcomerThatWaitsForACall() {
        fixture.duplicates(DuplicateIdentity.REPLACE);
        fixture.notifier("a").unregistering(_ -> gate.stay());
        fixture.worker().settle("one");
        CompletableFuture<Decision> decided = fixture.worker().registering("one");
        gate.awaitEntered();
        return decided;
    }

    /** A notifier that stays in the gate with the registrations of this node. */
    private void holdUp(String node) {
        fixture.notifier("a")
                .registering(registration -> {
                    if (node.equals(registration.node())) {
                        gate.stay();
                    }
                });
    }

    private static CompletableFuture<Decision> registering(LinkedWorker worker, String node) {
        return worker.registering(Registrations.of("one").node(node).build());
    }

    private static Decision damped(int seconds) {
        return new Decision.Rejected(
                RegistrationOutcome.DEFERRED,
                "identity 'one' was replaced 5 times within 60 s; retry in %d s"
                        .formatted(seconds));
    }
}
