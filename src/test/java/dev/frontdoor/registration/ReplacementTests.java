package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;
import static dev.frontdoor.registration.LinkedWorker.rejected;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.CallKind;
import dev.frontdoor.invocation.CallOutcome;
import dev.frontdoor.notifier.RegistrationRejectedException;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A worker registers again on its connection. */
class ReplacementTests {

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();

    @Test
    void replacementIsInForceOnceAllHaveAgreed() {
        Gate last = new Gate();
        fixture.notifier("a");
        fixture.notifier("b").registering("two", last::stay);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        CompletableFuture<Decision> decided = worker.registering("two");
        last.awaitEntered();
        assertThat(fixture.inForce(worker)).isEqualTo("one");
        assertThat(fixture.ledgers().isCandidate(worker.pid())).isFalse();
        last.open();

        assertThat(decisionOf(decided)).isEqualTo(ACCEPTED);
        assertThat(fixture.inForce(worker)).isEqualTo("two");
        assertThat(fixture.history().events()).containsExactly("a told 1 two", "b told 1 two");
        assertThat(fixture.table().size()).isEqualTo(1);
        assertThat(fixture.bean("a").calls().held()).isEqualTo(1);
    }

    @Test
    void holdersThatDoNotTakeTheNewOneAreToldOnceItIsInForce() {
        fixture.notifier("a");
        fixture.notifier("b")
                .takingOnly("one")
                .unregistering(_ ->
                        fixture.history().add("in force: " + fixture.table().find(1).isPresent()));
        fixture.notifier("c");
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        assertThat(worker.register("two")).isEqualTo(ACCEPTED);

        fixture.history()
                .awaitExactly("a told 1 two", "c told 1 two", "b told 1 gone", "in force: true");
        assertThat(fixture.table().find(1).orElseThrow().holders()).containsExactly("a", "c");
        worker.end();
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).endsWith("c told 1 gone", "a told 1 gone");
    }

    @Test
    void holderThatFailsButIsOnlyToldLeaves() {
        fixture.notifier("audit", RegistrationFixture.SHORT_TIMEOUT_IGNORED)
                .registering("two", ReplacementTests::fail);
        fixture.notifier("b");
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        assertThat(worker.register("two")).isEqualTo(ACCEPTED);

        fixture.history().awaitExactly("audit told 1 two", "b told 1 two", "audit told 1 gone");
        assertThat(fixture.table().find(1).orElseThrow().holders()).containsExactly("b");
    }

    @Test
    void refusedReplacementLeavesTheEarlierOneInForceEverywhere() {
        fixture.notifier("a");
        fixture.notifier("b").takingOnly("two");
        fixture.notifier("c");
        fixture.notifier("d").registering("two", ReplacementTests::refuse);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        assertThat(worker.register("two")).isEqualTo(rejected("no"));

        assertThat(fixture.history().events())
                .containsExactly(
                        "a told 1 two",
                        "b told 1 two",
                        "c told 1 two",
                        "d told 1 two",
                        "c told 1 one",
                        "b told 1 gone",
                        "a told 1 one");
        assertThat(fixture.inForce(worker)).isEqualTo("one");
        assertThat(worker.closes()).isEmpty();
        assertThat(fixture.calls("a", CallKind.RESTORED, CallOutcome.RETURNED)).isEqualTo(1);
    }

    @Test
    void refusedRepetitionRestoresTheEarlierOneLikeAnyOther() {
        fixture.notifier("a");
        ScriptedNotifier second = fixture.notifier("b");
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        second.registering("one", ReplacementTests::refuse);

        assertThat(worker.register("one")).isEqualTo(rejected("no"));

        assertThat(fixture.history().events()).startsWith("a told 1 one", "b told 1 one");
        assertThat(fixture.calls("a", CallKind.RESTORED, CallOutcome.RETURNED)).isEqualTo(1);
    }

    @Test
    void holderWithoutASayInTheRefusedReplacementHearsNothingOfIt() {
        fixture.notifier("a").takingOnly("one");
        fixture.notifier("b").registering("two", ReplacementTests::refuse);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        assertThat(worker.register("two")).isEqualTo(rejected("no"));

        assertThat(fixture.history().events()).containsExactly("b told 1 two");
        assertThat(fixture.bean("a").calls().held()).isEqualTo(1);
    }

    @Test
    void replacementThatNobodyTakesLeavesTheEarlierOneInForce() {
        fixture.notifier("a").takingOnly("one");
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        assertThat(worker.register("two")).isEqualTo(Decision.UNMATCHED);

        assertThat(fixture.inForce(worker)).isEqualTo("one");
        assertThat(fixture.history().events()).isEmpty();
    }

    @Test
    void refusedReplacementIsNotRestoredAgainWhenTheNextOneIsRefused() {
        fixture.notifier("a");
        fixture.notifier("b")
                .registering(registration -> {
                    if (!registration.identity().equals("one")) {
                        refuse();
                    }
                });
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        assertThat(worker.register("two")).isEqualTo(rejected("no"));
        assertThat(worker.register("three")).isEqualTo(rejected("no"));

        assertThat(fixture.history().events())
                .containsExactly(
                        "a told 1 two",
                        "b told 1 two",
                        "a told 1 one",
                        "a told 1 three",
                        "b told 1 three",
                        "a told 1 one");
    }

    @Test
    void leaverMayBeAskedAgainLater() {
        fixture.notifier("a").takingOnly("one", "three");
        fixture.notifier("b").registering("four", ReplacementTests::refuse);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        assertThat(worker.register("two")).isEqualTo(ACCEPTED);
        assertThat(worker.register("three")).isEqualTo(ACCEPTED);

        assertThat(fixture.history().events())
                .containsSubsequence("a told 1 gone", "a told 1 three", "b told 1 three");
        assertThat(fixture.calls("a", CallKind.REGISTERED, CallOutcome.RETURNED)).isEqualTo(2);
    }

    @Test
    void sameRegistrationTwiceIsAReplacementToo() {
        fixture.notifier("a");
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        worker.end();

        fixture.history().awaitExactly("a told 1 one", "a told 1 gone");
        fixture.awaitNothingLeft();
        assertThat(fixture.calls("a", CallKind.REPLACED, CallOutcome.RETURNED)).isEqualTo(1);
    }

    @Test
    void restoreThatThrowsClosesTheConnectionAndEveryoneIsToldTheEndOnce() {
        CountDownLatch restoring = new CountDownLatch(1);
        fixture.notifier("a");
        fixture.notifier("b")
                .registering(
                        "one",
                        () -> {
                            if (restoring.getCount() == 0) {
                                fail();
                            }
                        });
        fixture.notifier("c")
                .registering(
                        "two",
                        () -> {
                            restoring.countDown();
                            refuse();
                        });
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        assertThat(worker.register("two")).isEqualTo(rejected("no"));

        fixture.awaitNothingLeft();
        assertThat(worker.closes())
                .contains(CloseCause.SERVICE_FAULT)
                .containsOnly(CloseCause.SERVICE_FAULT);
        assertThat(fixture.history().events())
                .containsExactly(
                        "a told 1 two",
                        "b told 1 two",
                        "c told 1 two",
                        "b told 1 one",
                        "a told 1 one",
                        "c told 1 gone",
                        "b told 1 gone",
                        "a told 1 gone");
    }

    @Test
    void restoreThatTimesOutClosesTheConnectionAndIsUndoneWhenItReturns() {
        Gate restore = new Gate();
        CountDownLatch restoring = new CountDownLatch(1);
        fixture.notifier("a");
        fixture.notifier("b", RegistrationFixture.SHORT_TIMEOUT)
                .registering(
                        "one",
                        () -> {
                            if (restoring.getCount() == 0) {
                                restore.stay();
                            }
                        });
        fixture.notifier("c")
                .registering(
                        "two",
                        () -> {
                            restoring.countDown();
                            refuse();
                        });
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        CompletableFuture<Decision> decided = worker.registering("two");
        restore.awaitEntered();
        fixture.advanceUntil(decided::isDone);
        restore.awaitInterrupted();
        assertThat(decisionOf(decided)).isEqualTo(rejected("no"));
        assertThat(worker.closes()).contains(CloseCause.SERVICE_FAULT);
        fixture.advanceUntil(() -> fixture.history().events().contains("a told 1 gone"));
        assertThat(fixture.history().events()).doesNotContain("b told 1 gone");
        restore.open();

        fixture.awaitNothingLeft();
        assertThat(fixture.history().events())
                .endsWith("a told 1 gone", "b told 1 gone")
                .containsOnlyOnce("a told 1 gone", "b told 1 gone", "c told 1 gone");
    }

    private static void refuse() {
        throw new RegistrationRejectedException("no");
    }

    private static void fail() {
        throw new IllegalStateException("scripted");
    }
}
