package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;
import static dev.frontdoor.registration.LinkedWorker.rejected;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.CallKind;
import dev.frontdoor.invocation.CallOutcome;
import dev.frontdoor.invocation.TestNotifiers;
import dev.frontdoor.notifier.RegistrationRejectedException;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** When holders are told that a worker was admitted, and what waits for that. */
class AdmittedCallTests {

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final Gate gate = new Gate();

    @Test
    void everyAcceptedRegistrationIsFollowedByACallToEachHolder() {
        fixture.following("a", RegistrationFixture.LONG_TIMEOUT);
        LinkedWorker worker = fixture.worker();
        worker.acknowledging(() -> fixture.history().add("acknowledged"));

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        fixture.history().awaitEvent("a told 1 admitted");
        assertThat(worker.register("two")).isEqualTo(ACCEPTED);

        fixture.history()
                .awaitExactly(
                        "a told 1 one",
                        "acknowledged",
                        "a told 1 admitted",
                        "a told 1 two",
                        "acknowledged",
                        "a told 1 admitted");
    }

    @Test
    void tableShowsTheWorkerFromBeforeTheCallOn() {
        CompletableFuture<String> inForce = new CompletableFuture<>();
        LinkedWorker worker = workerOf("a", pid -> inForce.complete(identityOf(pid)));

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);

        assertThat(inForce).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo("one");
    }

    @Test
    void rejectedAndRestoredRegistrationsAreFollowedByNoCall() {
        fixture.following("a", RegistrationFixture.LONG_TIMEOUT);
        fixture.notifier("b").registering("banned", AdmittedCallTests::reject);
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("banned")).isEqualTo(rejected("no"));
        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        fixture.history().awaitEvent("a told 1 admitted");
        fixture.history().forget();
        assertThat(worker.register("banned")).isEqualTo(rejected("no"));
        worker.end();

        fixture.awaitNothingLeft();
        assertThat(fixture.history().events())
                .containsExactly(
                        "a told 1 banned",
                        "b told 1 banned",
                        "a told 1 one",
                        "b told 1 gone",
                        "a told 1 gone");
    }

    @Test
    void notifierThatDoesNotHoldTheWorkerIsNotCalled() {
        fixture.following("a", RegistrationFixture.LONG_TIMEOUT).takingOnly("one");
        fixture.following("b", RegistrationFixture.LONG_TIMEOUT);
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        fixture.history().awaitEvent("a told 1 admitted");

        assertThat(worker.register("two")).isEqualTo(ACCEPTED);
        fixture.history().awaitEvent("a told 1 gone");
        worker.end();

        fixture.awaitNothingLeft();
        assertThat(fixture.calls("a", CallKind.ADMITTED)).isEqualTo(1);
        assertThat(fixture.calls("b", CallKind.ADMITTED)).isEqualTo(2);
    }

    @Test
    void nextRegistrationWaitsForTheCallsOfAllHolders() {
        fixture.notifier("a");
        fixture.following("b", RegistrationFixture.LONG_TIMEOUT).admitting(_ -> gate.stay());
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        gate.awaitEntered();

        CompletableFuture<Decision> next = worker.registering("two");

        assertThat(next).isNotDone();
        assertThat(fixture.history().events()).doesNotContain("a told 1 two");
        gate.open();
        assertThat(decisionOf(next)).isEqualTo(ACCEPTED);
        assertThat(fixture.history().events())
                .startsWith(
                        "a told 1 one",
                        "b told 1 one",
                        "b told 1 admitted",
                        "a told 1 two",
                        "b told 1 two");
    }

    @Test
    void nextPublicationWaitsForTheCallsOfAllHolders() {
        fixture.notifier("a").consuming(_ -> true);
        fixture.following("b", RegistrationFixture.LONG_TIMEOUT).admitting(_ -> gate.stay());
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        gate.awaitEntered();

        CompletableFuture<Boolean> publication = worker.publishing("progress");

        assertThat(publication).isNotDone();
        assertThat(fixture.history().events()).doesNotContain("a offered 1 progress");
        gate.open();
        assertThat(publication).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(true);
        fixture.history()
                .awaitExactly(
                        "a told 1 one",
                        "b told 1 one",
                        "b told 1 admitted",
                        "a offered 1 progress");
    }

    @Test
    void unregisterCallComesAfterTheCall() {
        LinkedWorker worker = workerOf("a", _ -> gate.stay());
        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        gate.awaitEntered();

        worker.end();

        assertThat(fixture.history().events()).doesNotContain("a told 1 gone");
        gate.open();
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events())
                .containsExactly("a told 1 one", "a told 1 admitted", "a told 1 gone");
    }

    @Test
    void callIsSkippedIfTheConnectionEndsBeforeItsAck() {
        LinkedWorker worker = workerOf("a", _ -> {});
        worker.acknowledging(worker::end);

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);

        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).containsExactly("a told 1 one", "a told 1 gone");
    }

    @Test
    void callThatWaitsForAPermitIsSkippedWhenTheConnectionEnds() {
        Gate decision = new Gate();
        fixture.following("a", RegistrationFixture.LONG_TIMEOUT_ONE_PERMIT)
                .registering("hanging", gate::stay);
        fixture.notifier("b").registering("one", decision::stay);
        LinkedWorker worker = fixture.worker();
        CompletableFuture<Decision> decided = worker.registering("one");
        decision.awaitEntered();
        CompletableFuture<Decision> hanging = fixture.worker().registering("hanging");
        gate.awaitEntered();
        decision.open();
        assertThat(decisionOf(decided)).isEqualTo(ACCEPTED);
        RegistrationFixture.eventually().until(() -> TestNotifiers.waiting(fixture.bean("a")) == 1);

        worker.end();
        gate.open();

        assertThat(decisionOf(hanging)).isEqualTo(ACCEPTED);
        fixture.history().awaitEvent("a told 1 gone");
        assertThat(fixture.history().events()).doesNotContain("a told 1 admitted");
        assertThat(fixture.calls("a", CallKind.ADMITTED, CallOutcome.PASSED)).isEqualTo(1);
    }

    @Test
    void registrationThatWaitedWhenTheConnectionEndedIsAbandoned() {
        LinkedWorker worker = workerOf("a", _ -> gate.stay());
        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        gate.awaitEntered();
        CompletableFuture<Decision> next = worker.registering("two");

        worker.end();
        gate.open();

        assertThat(decisionOf(next)).isEqualTo(LinkedWorker.ABANDONED);
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events())
                .containsExactly("a told 1 one", "a told 1 admitted", "a told 1 gone");
    }

    @Test
    void exceptionIsCountedAndChangesNothing() {
        fixture.maxFailuresInARow(1);
        LinkedWorker worker =
                workerOf(
                        "a",
                        _ -> {
                            throw new NoClassDefFoundError("scripted");
                        });

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        assertThat(worker.register("two")).isEqualTo(ACCEPTED);

        assertThat(fixture.calls("a", CallKind.ADMITTED, CallOutcome.FAILED)).isPositive();
        assertThat(fixture.bean("a").isSuspended()).isFalse();
        assertThat(fixture.inForce(worker)).isEqualTo("two");
        assertThat(worker.closes()).isEmpty();
    }

    @Test
    void callThatExceedsItsTimeoutHoldsUpItsOwnNotifierOnly() {
        fixture.notifier("a");
        fixture.following("slow", RegistrationFixture.SHORT_TIMEOUT).admitting(_ -> gate.stay());
        fixture.notifier("c");
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        gate.awaitEntered();
        CompletableFuture<Decision> next = worker.registering("two");

        fixture.time().advance(RegistrationFixture.SHORT);
        gate.awaitInterrupted();
        fixture.history().awaitEvent("a told 1 two");
        assertThat(fixture.history().events()).doesNotContain("slow told 1 two");
        gate.open();

        assertThat(decisionOf(next)).isEqualTo(ACCEPTED);
        assertThat(fixture.calls("slow", CallKind.ADMITTED, CallOutcome.TIMEOUT)).isEqualTo(1);
        assertThat(fixture.history().events()).contains("slow told 1 two", "c told 1 two");
    }

    private LinkedWorker workerOf(String notifier, LongConsumer admitting) {
        fixture.following(notifier, RegistrationFixture.LONG_TIMEOUT).admitting(admitting);
        return fixture.worker();
    }

    private String identityOf(long pid) {
        return fixture.table().find(pid).orElseThrow().registration().identity();
    }

    private static void reject() {
        throw new RegistrationRejectedException("no");
    }
}
