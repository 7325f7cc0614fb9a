package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ABANDONED;
import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;
import static dev.frontdoor.registration.LinkedWorker.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.frontdoor.invocation.CallKind;
import dev.frontdoor.invocation.CallOutcome;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.test.Registrations;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** A connection ends between calls, during a call, or during an undo. */
class EndTests {

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final Gate gate = new Gate();

    @Test
    void pidHasLeftTheTableBeforeAnyoneIsTold() {
        CompletableFuture<Boolean> there = new CompletableFuture<>();
        fixture.notifier("a")
                .unregistering(pid -> there.complete(fixture.table().find(pid).isPresent()));
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        worker.end();

        assertThat(fixture.table().size()).isZero();
        assertThat(there).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(false);
    }

    @RepeatedTest(20)
    void whatFollowsFromTheRemovalComesBeforeAnyoneIsTold() {
        fixture.notifier("a");
        fixture.notifier("b");
        LinkedWorker worker = fixture.worker();
        worker.ending(() -> fixture.history().add("removed"));
        worker.settle("one");

        worker.end();

        fixture.history().awaitExactly("removed", "b told 1 gone", "a told 1 gone");
    }

    @Test
    void nobodyLosesAHolderBecauseTheRemovalFails() {
        fixture.notifier("a");
        LinkedWorker worker = fixture.worker();
        worker.ending(() -> {
            throw new IllegalStateException("scripted");
        });
        worker.settle("one");

        assertThatIllegalStateException().isThrownBy(worker::end).withMessage("scripted");

        fixture.history().awaitExactly("a told 1 gone");
        fixture.awaitNothingLeft();
    }

    @Test
    void endOfAWorkerThatNeverRegisteredConcernsNobody() {
        fixture.notifier("a");
        LinkedWorker worker = fixture.worker();
        worker.ending(() -> fixture.history().add("removed"));

        worker.end();

        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).containsExactly("removed");
    }

    @Test
    void secondEndChangesNothing() {
        fixture.notifier("a");
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        worker.end();
        worker.end();
        fixture.awaitNothingLeft();
        worker.end();

        fixture.history().awaitExactly("a told 1 gone");
        fixture.awaitNothingLeft();
    }

    @Test
    void whatUnregisterThrowsStopsNothing() {
        fixture.notifier("a");
        fixture.notifier("b")
                .unregistering(_ -> {
                    throw new RegistrationRejectedException("too late for that");
                });
        fixture.notifier("c")
                .unregistering(_ -> {
                    throw new NoClassDefFoundError("scripted");
                });
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        worker.end();

        fixture.history().awaitExactly("c told 1 gone", "b told 1 gone", "a told 1 gone");
        fixture.awaitNothingLeft();
        assertThat(fixture.calls("b", CallKind.UNREGISTERED, CallOutcome.FAILED)).isEqualTo(1);
        assertThat(fixture.calls("c", CallKind.UNREGISTERED, CallOutcome.FAILED)).isEqualTo(1);
    }

    @Test
    void endDuringACallIsToldAsSoonAsItReturns() {
        fixture.notifier("a");
        fixture.notifier("b").registering(_ -> gate.stay());
        fixture.notifier("c");
        LinkedWorker worker = fixture.worker();
        CompletableFuture<Decision> decided = worker.registering("one");
        gate.awaitEntered();

        worker.end();
        assertThat(fixture.history().events()).containsExactly("a told 1 one", "b told 1 one");
        gate.open();

        assertThat(decisionOf(decided)).isEqualTo(ABANDONED);
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events())
                .containsExactly("a told 1 one", "b told 1 one", "b told 1 gone", "a told 1 gone");
        assertThat(fixture.decided(RegistrationOutcome.ABANDONED)).isEqualTo(1);
    }

    @Test
    void endDuringTheLastCallKeepsTheWorkerOutOfTheTable() {
        fixture.notifier("a").registering(_ -> gate.stay());
        LinkedWorker worker = fixture.worker();
        CompletableFuture<Integer> size = new CompletableFuture<>();
        fixture.service()
                .register(
                        worker,
                        Registrations.of("one").build(),
                        _ -> size.complete(fixture.table().size()));
        gate.awaitEntered();

        worker.end();
        gate.open();

        assertThat(size).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(0);
        fixture.awaitNothingLeft();
    }

    @Test
    void endDuringAReplacementIsToldOnceToOldAndNewHolders() {
        fixture.notifier("old").takingOnly("one");
        fixture.notifier("new").takingOnly("two");
        fixture.notifier("both").registering("two", gate::stay);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        CompletableFuture<Decision> decided = worker.registering("two");
        gate.awaitEntered();

        worker.end();
        assertThat(fixture.table().size()).isZero();
        gate.open();

        assertThat(decisionOf(decided)).isEqualTo(ABANDONED);
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events())
                .containsExactly(
                        "new told 1 two",
                        "both told 1 two",
                        "both told 1 gone",
                        "new told 1 gone",
                        "old told 1 gone");
    }

    @Test
    void endDuringACallThatThrowsUndoesTheOthers() {
        fixture.notifier("a");
        fixture.notifier("b")
                .registering(_ -> {
                    gate.stay();
                    throw new IllegalStateException("scripted");
                });
        LinkedWorker worker = fixture.worker();
        CompletableFuture<Decision> decided = worker.registering("one");
        gate.awaitEntered();

        worker.end();
        gate.open();

        assertThat(decisionOf(decided)).isEqualTo(ABANDONED);
        fixture.awaitNothingLeft();
        fixture.history().awaitExactly("a told 1 one", "b told 1 one", "a told 1 gone");
    }

    @Test
    void endDuringAnUndoTellsEachHolderOnce() {
        fixture.notifier("a");
        fixture.notifier("b").unregistering(_ -> gate.stay());
        fixture.notifier("c")
                .registering(_ -> {
                    throw new RegistrationRejectedException("no");
                });
        LinkedWorker worker = fixture.worker();
        CompletableFuture<Decision> decided = worker.registering("one");
        gate.awaitEntered();

        worker.end();
        gate.open();

        assertThat(decisionOf(decided)).isEqualTo(rejected("no"));
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events())
                .containsExactly(
                        "a told 1 one",
                        "b told 1 one",
                        "c told 1 one",
                        "b told 1 gone",
                        "a told 1 gone");
    }

    @Test
    void endDuringARestoreTellsEachHolderOnce() {
        CompletableFuture<Boolean> refused = new CompletableFuture<>();
        fixture.notifier("a");
        fixture.notifier("b")
                .registering(
                        "one",
                        () -> {
                            if (refused.isDone()) {
                                gate.stay();
                            }
                        });
        fixture.notifier("c")
                .registering(
                        "two",
                        () -> {
                            refused.complete(true);
                            throw new RegistrationRejectedException("no");
                        });
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        CompletableFuture<Decision> decided = worker.registering("two");
        gate.awaitEntered();

        worker.end();
        gate.open();

        assertThat(decisionOf(decided)).isEqualTo(rejected("no"));
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events())
                .endsWith("c told 1 gone", "b told 1 gone", "a told 1 gone")
                .containsOnlyOnce("a told 1 gone", "b told 1 gone", "c told 1 gone");
    }

    @RepeatedTest(200)
    void endThatRacesWithTheDecisionLeavesNothing() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        fixture.notifier("a").registering(_ -> meet(together));
        fixture.notifier("b");
        LinkedWorker worker = fixture.worker();
        CompletableFuture<Decision> decided = worker.registering("one");

        meet(together);
        worker.end();

        assertThat(decisionOf(decided)).isIn(ACCEPTED, ABANDONED);
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).containsOnlyOnce("a told 1 gone");
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            int _ = barrier.await(RegistrationFixture.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
