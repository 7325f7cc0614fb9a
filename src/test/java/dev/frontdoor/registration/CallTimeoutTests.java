package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;
import static dev.frontdoor.registration.LinkedWorker.failed;
import static dev.frontdoor.registration.LinkedWorker.timedOut;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.CallKind;
import dev.frontdoor.invocation.CallOutcome;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;

import io.micrometer.common.KeyValue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Calls that exceed their timeout. */
class CallTimeoutTests {

    private static final Decision TIMED_OUT = timedOut("slow");

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final Gate gate = new Gate();

    @Test
    void callThatTimesOutIsInterruptedAndTheOthersAreUndone() {
        fixture.notifier("a");
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT)
                .registering(_ -> gate.stayUnlessInterrupted());
        fixture.notifier("c");
        LinkedWorker worker = fixture.worker();

        assertThat(worker.registerUntilTimeout("one", gate)).isEqualTo(TIMED_OUT);

        gate.awaitInterrupted();
        assertThat(fixture.history().events())
                .containsExactly("a told 1 one", "slow told 1 one", "a told 1 gone");
        assertThat(fixture.table().size()).isZero();
        worker.end();
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).doesNotContain("slow told 1 gone");
    }

    @Test
    void timeoutMayBeForever() {
        fixture.notifier(
                "a",
                RegistrationFixture.bean(ChronoUnit.FOREVER.getDuration(), 1, OnFailure.REJECT));
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        worker.end();

        fixture.awaitNothingLeft();
    }

    @Test
    void timeoutThatExpiresBeforeTheCallBeginsEndsItOnce() {
        try (RegistrationFixture real = RegistrationFixture.inRealTime()) {
            real.notifier(
                    "slow", RegistrationFixture.bean(Duration.ofNanos(1), 8, OnFailure.REJECT));
            for (int i = 0; i < 1_000; i++) {
                LinkedWorker worker = real.worker();
                assertThat(worker.register("one")).isIn(ACCEPTED, TIMED_OUT);
                worker.end();
            }

            real.awaitNothingLeft();
            List<String> events = real.history().events();
            assertThat(events.stream().filter(event -> event.endsWith(" gone")))
                    .hasSameSizeAs(events.stream().filter(event -> event.endsWith(" one")).toList())
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void slowTakesTimesOutLikeTheCallItself() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT)
                .taking(_ -> {
                    gate.stay();
                    return false;
                });
        LinkedWorker worker = fixture.worker();

        assertThat(worker.registerUntilTimeout("one", gate)).isEqualTo(TIMED_OUT);

        gate.open();
        worker.end();
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).isEmpty();
    }

    @Test
    void callThatReturnsLateIsUndoneThen() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).registering(_ -> gate.stay());
        LinkedWorker worker = fixture.worker();
        assertThat(worker.registerUntilTimeout("one", gate)).isEqualTo(TIMED_OUT);
        assertThat(fixture.history().events()).containsExactly("slow told 1 one");

        gate.open();

        fixture.history().awaitExactly("slow told 1 one", "slow told 1 gone");
        assertThat(worker.closes()).isEmpty();
        worker.end();
        fixture.awaitNothingLeft();
        assertThat(fixture.calls("slow", CallKind.REGISTERED, CallOutcome.LATE)).isEqualTo(1);
        assertThat(fixture.history().events())
                .containsExactly("slow told 1 one", "slow told 1 gone");
    }

    @Test
    void callThatReturnsWhileItsTimeoutIsHandledCountsAsTimedOut() {
        fixture.beforeObservationStops(context -> {
            KeyValue outcome = context.getLowCardinalityKeyValue("outcome");
            if (outcome != null && outcome.getValue().equals("timeout")) {
                gate.open();
                fixture.history().awaitEvent("slow told 1 gone");
            }
        });
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).registering(_ -> gate.stay());
        LinkedWorker worker = fixture.worker();

        assertThat(worker.registerUntilTimeout("one", gate)).isEqualTo(TIMED_OUT);

        assertThat(fixture.table().size()).isZero();
    }

    @Test
    void replacementThatReturnsLateIsRestored() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).registering("two", gate::stay);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        assertThat(worker.registerUntilTimeout("two", gate)).isEqualTo(TIMED_OUT);
        assertThat(fixture.inForce(worker)).isEqualTo("one");

        gate.open();

        fixture.history().awaitExactly("slow told 1 two", "slow told 1 one");
        worker.end();
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events())
                .containsExactly("slow told 1 two", "slow told 1 one", "slow told 1 gone");
    }

    @Test
    void callThatThrowsLateChangesNothing() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT)
                .registering(
                        "two",
                        () -> {
                            gate.stay();
                            throw new IllegalStateException("late");
                        });
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        assertThat(worker.registerUntilTimeout("two", gate)).isEqualTo(TIMED_OUT);

        gate.open();
        worker.end();

        fixture.awaitNothingLeft();
        assertThat(fixture.history().events())
                .containsExactly("slow told 1 two", "slow told 1 gone");
    }

    @Test
    void workerThatRegistersAgainWaitsUntilTheTimedOutCallHasEnded() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).registering("one", gate::stay);
        LinkedWorker worker = fixture.worker();
        assertThat(worker.registerUntilTimeout("one", gate)).isEqualTo(TIMED_OUT);

        assertThat(worker.registerUntilTimeout("two", gate)).isEqualTo(TIMED_OUT);
        assertThat(fixture.history().events()).containsExactly("slow told 1 one");
        gate.open();
        fixture.history().awaitExactly("slow told 1 one", "slow told 1 gone");

        worker.settle("three");
        assertThat(fixture.inForce(worker)).isEqualTo("three");
        worker.end();
        fixture.awaitNothingLeft();
        fixture.history().awaitExactly("slow told 1 gone");
    }

    @Test
    void registrationThatWaitedForATimedOutCallFollowsItsUndo() {
        ScriptedNotifier slow = fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT);
        slow.registering("one", gate::stay);
        LinkedWorker worker = fixture.worker();
        assertThat(worker.registerUntilTimeout("one", gate)).isEqualTo(TIMED_OUT);

        CompletableFuture<Decision> second = worker.registering("two");
        gate.open();

        assertThat(decisionOf(second)).isIn(ACCEPTED, TIMED_OUT);
        fixture.history().awaitEvent("slow told 1 gone");
        assertThat(fixture.history().events()).startsWith("slow told 1 one", "slow told 1 gone");
    }

    @Test
    void callThatIgnoresInterruptsIsFollowedByOneUnregisterCall() {
        fixture.notifier("a");
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).registering("two", gate::stay);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        assertThat(worker.registerUntilTimeout("two", gate)).isEqualTo(TIMED_OUT);
        gate.awaitInterrupted();

        worker.end();
        assertThat(fixture.table().size()).isZero();
        fixture.advanceUntil(() -> fixture.history().events().contains("a told 1 gone"));
        assertThat(fixture.history().events()).doesNotContain("slow told 1 gone");
        gate.open();

        fixture.awaitNothingLeft();
        assertThat(fixture.history().events())
                .endsWith("a told 1 gone", "slow told 1 gone")
                .containsOnlyOnce("slow told 1 gone");
    }

    @Test
    void timeoutOfANotifierWhoseFailuresAreIgnoredRejectsNobody() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT_IGNORED)
                .registering(_ -> gate.stay());
        fixture.notifier("b");
        LinkedWorker worker = fixture.worker();

        assertThat(worker.registerUntilTimeout("one", gate)).isEqualTo(ACCEPTED);
        assertThat(fixture.table().find(1).orElseThrow().holders()).containsExactly("b");
        gate.open();

        fixture.history().awaitExactly("slow told 1 one", "b told 1 one", "slow told 1 gone");
        assertThat(fixture.inForce(worker)).isEqualTo("one");
    }

    @Test
    void nextCallDoesNotSeeTheInterruptOfTheOneBefore() {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT)
                .registering(_ -> {
                    gate.stay();
                    Thread.currentThread().interrupt();
                })
                .unregistering(_ -> interrupted.complete(Thread.currentThread().isInterrupted()));
        LinkedWorker worker = fixture.worker();
        assertThat(worker.registerUntilTimeout("one", gate)).isEqualTo(TIMED_OUT);
        gate.awaitInterrupted();

        gate.open();

        assertThat(interrupted).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(false);
    }

    @Test
    void unregisterCallThatHangsDelaysTheOthersForItsTimeoutOnly() {
        fixture.notifier("a");
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).unregistering(_ -> gate.stay());
        fixture.notifier("c");
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        worker.end();

        gate.awaitEntered();
        fixture.advanceUntil(() -> fixture.history().events().contains("a told 1 gone"));
        fixture.history().awaitExactly("c told 1 gone", "slow told 1 gone", "a told 1 gone");
        gate.awaitInterrupted();
        assertThat(fixture.service().ledgerCount()).isOne();
        gate.open();
        fixture.awaitNothingLeft();
        assertThat(fixture.calls("slow", CallKind.UNREGISTERED, CallOutcome.TIMEOUT)).isEqualTo(1);
    }

    @Test
    void undoThatHangsDelaysTheRejectionForItsTimeoutOnly() {
        fixture.notifier("a");
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).unregistering(_ -> gate.stay());
        fixture.notifier("c")
                .registering(
                        "banned",
                        () -> {
                            throw new IllegalStateException("scripted");
                        });
        LinkedWorker worker = fixture.worker();

        CompletableFuture<Decision> decided = worker.registering("banned");
        gate.awaitEntered();
        assertThat(decided).isNotDone();
        fixture.advanceUntil(decided::isDone);
        assertThat(decisionOf(decided)).isEqualTo(failed("c"));

        assertThat(worker.closes()).isEmpty();
        gate.open();
        worker.end();
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).endsWith("slow told 1 gone", "a told 1 gone");
    }
}
