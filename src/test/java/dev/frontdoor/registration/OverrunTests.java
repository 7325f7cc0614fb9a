package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;
import static dev.frontdoor.registration.LinkedWorker.rejected;

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

/** Calls that are not over at their time limit. */
class OverrunTests {

    private static final Decision TIMED_OUT = rejected("notifier 'slow' timed out");

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final Gate gate = new Gate();

    @Test
    void overrunningCallIsInterruptedAndTheOthersUndone() {
        fixture.notifier("a");
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT)
                .registering(_ -> gate.stayUnlessInterrupted());
        fixture.notifier("c");
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(TIMED_OUT);

        gate.awaitInterrupted();
        assertThat(fixture.history().events())
                .containsExactly("a told 1 one", "slow told 1 one", "a told 1 gone");
        assertThat(fixture.table().size()).isZero();
        worker.end();
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).doesNotContain("slow told 1 gone");
    }

    @Test
    void timeLimitMayBeForever() {
        fixture.notifier(
                "a",
                RegistrationFixture.bean(ChronoUnit.FOREVER.getDuration(), 1, OnFailure.REJECT));
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        worker.end();

        fixture.awaitNothingLeft();
    }

    @Test
    void limitThatPassesBeforeTheCallBeganEndsItOnce() {
        fixture.notifier(
                "slow", RegistrationFixture.bean(Duration.ofNanos(1), 8, OnFailure.REJECT));
        for (int i = 0; i < 1_000; i++) {
            LinkedWorker worker = fixture.worker();
            assertThat(worker.register("one")).isIn(ACCEPTED, TIMED_OUT);
            worker.end();
        }

        fixture.awaitNothingLeft();
        List<String> events = fixture.history().events();
        assertThat(events.stream().filter(event -> event.endsWith(" gone")))
                .hasSameSizeAs(events.stream().filter(event -> event.endsWith(" one")).toList())
                .doesNotHaveDuplicates();
    }

    @Test
    void slowTakesOverrunsLikeTheCallItself() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT)
                .taking(_ -> {
                    gate.stay();
                    return false;
                });
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(TIMED_OUT);

        gate.open();
        worker.end();
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).isEmpty();
    }

    @Test
    void callThatReturnsLateIsUndoneThen() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).registering(_ -> gate.stay());
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register("one")).isEqualTo(TIMED_OUT);
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
    void callThatReturnsWhileItsOverrunIsStillBeingDealtWithCountsAsOverrun() {
        fixture.beforeObservationStops(context -> {
            KeyValue outcome = context.getLowCardinalityKeyValue("outcome");
            if (outcome != null && outcome.getValue().equals("timeout")) {
                gate.open();
                fixture.history().awaitEvent("slow told 1 gone");
            }
        });
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).registering(_ -> gate.stay());
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(TIMED_OUT);

        assertThat(fixture.table().size()).isZero();
    }

    @Test
    void replacementThatReturnsLateIsToldOfTheEarlierOneAgain() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).registering("two", gate::stay);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        assertThat(worker.register("two")).isEqualTo(TIMED_OUT);
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
        assertThat(worker.register("two")).isEqualTo(TIMED_OUT);

        gate.open();
        worker.end();

        fixture.awaitNothingLeft();
        assertThat(fixture.history().events())
                .containsExactly("slow told 1 two", "slow told 1 gone");
    }

    @Test
    void workerThatRegistersAgainMeanwhileWaitsUntilTheOverrunHasEnded() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).registering("one", gate::stay);
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register("one")).isEqualTo(TIMED_OUT);

        assertThat(worker.register("two")).isEqualTo(TIMED_OUT);
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
    void registrationThatWaitedForAnOverrunIsAskedAboutAfterItsUndo() {
        ScriptedNotifier slow = fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT);
        slow.registering("one", gate::stay);
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register("one")).isEqualTo(TIMED_OUT);

        CompletableFuture<Decision> second = worker.registering("two");
        gate.open();

        assertThat(decisionOf(second)).isIn(ACCEPTED, TIMED_OUT);
        fixture.history().awaitEvent("slow told 1 gone");
        assertThat(fixture.history().events()).startsWith("slow told 1 one", "slow told 1 gone");
    }

    @Test
    void overrunThatIgnoresInterruptsIsToldTheEndExactlyOnceAfterIt() {
        fixture.notifier("a");
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).registering("two", gate::stay);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        assertThat(worker.register("two")).isEqualTo(TIMED_OUT);
        gate.awaitInterrupted();

        worker.end();
        assertThat(fixture.table().size()).isZero();
        fixture.history().awaitEvent("a told 1 gone");
        assertThat(fixture.history().events()).doesNotContain("slow told 1 gone");
        gate.open();

        fixture.awaitNothingLeft();
        assertThat(fixture.history().events())
                .endsWith("a told 1 gone", "slow told 1 gone")
                .containsOnlyOnce("slow told 1 gone");
    }

    @Test
    void overrunOfANotifierThatIsOnlyToldRejectsNobody() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT_IGNORED)
                .registering(_ -> gate.stay());
        fixture.notifier("b");
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
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
        assertThat(worker.register("one")).isEqualTo(TIMED_OUT);
        gate.awaitInterrupted();

        gate.open();

        assertThat(interrupted).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(false);
    }

    @Test
    void unregisterThatHangsHoldsUpTheOthersForItsTimeLimitOnly() {
        fixture.notifier("a");
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).unregistering(_ -> gate.stay());
        fixture.notifier("c");
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        worker.end();

        fixture.history().awaitExactly("c told 1 gone", "slow told 1 gone", "a told 1 gone");
        gate.awaitInterrupted();
        RegistrationFixture.eventually().until(() -> fixture.service().ledgers() == 0);
        gate.open();
        fixture.awaitNothingLeft();
        assertThat(fixture.calls("slow", CallKind.UNREGISTERED, CallOutcome.TIMEOUT)).isEqualTo(1);
    }

    @Test
    void undoThatHangsDelaysTheRejectionForItsTimeLimitOnly() {
        fixture.notifier("a");
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT).unregistering(_ -> gate.stay());
        fixture.notifier("c")
                .registering(
                        "banned",
                        () -> {
                            throw new IllegalStateException("scripted");
                        });
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("banned")).isIn(rejected("notifier 'c' failed"), TIMED_OUT);

        assertThat(worker.closes()).isEmpty();
        gate.open();
        worker.end();
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).endsWith("slow told 1 gone", "a told 1 gone");
    }
}
