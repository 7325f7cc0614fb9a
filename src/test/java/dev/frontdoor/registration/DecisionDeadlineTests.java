package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.RegistrationRejectedException;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** One deadline for a decision, however much there is to wait for. */
class DecisionDeadlineTests {

    private static final Duration DEADLINE = Duration.ofSeconds(4);

    private static final Decision NO_DECISION =
            new Decision.Rejected(
                    RegistrationOutcome.DEFERRED, "no decision within 4000 ms; retry in 1 s");

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final Gate gate = new Gate();

    DecisionDeadlineTests() {
        fixture.decisionTimeout(DEADLINE);
    }

    @Test
    void callEndsAtTheDeadlineEvenIfItsOwnTimeoutIsLonger() {
        fixture.notifier("slow").registering(_ -> gate.stay());
        CompletableFuture<Decision> decided = fixture.worker().registering("one");
        gate.awaitEntered();
        fixture.time().advance(DEADLINE.minusNanos(1));
        assertThat(decided).isNotDone();
        fixture.time().advance(Duration.ofNanos(1));

        assertThat(decisionOf(decided)).isEqualTo(NO_DECISION);
        gate.open();
    }

    @Test
    void waitForATurnLeavesLessTimeForTheNotifiers() {
        fixture.rateLimit(1, 100);
        fixture.notifier("slow").registering("two", gate::stay);
        assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
        CompletableFuture<Decision> decided = fixture.worker().registering("two");
        fixture.time().advance(Duration.ofSeconds(1));
        gate.awaitEntered();

        fixture.time().advance(Duration.ofSeconds(3));

        assertThat(decisionOf(decided)).isEqualTo(NO_DECISION);
        gate.open();
    }

    @Test
    void waitForAPermitCounts() {
        fixture.notifier("a", RegistrationFixture.LONG_TIMEOUT_ONE_PERMIT)
                .registering("hanging", gate::stay);
        CompletableFuture<Decision> hanging = fixture.worker().registering("hanging");
        gate.awaitEntered();
        fixture.time().advance(Duration.ofSeconds(2));
        CompletableFuture<Decision> waiting = fixture.worker().registering("one");

        fixture.time().advance(Duration.ofSeconds(2));
        assertThat(decisionOf(hanging)).isEqualTo(NO_DECISION);
        assertThat(waiting).isNotDone();
        fixture.time().advance(Duration.ofSeconds(2));

        assertThat(decisionOf(waiting)).isEqualTo(NO_DECISION);
        gate.open();
    }

    @Test
    void notifierIsNotCalledWhenNoTimeIsLeftAndTheOthersAreUndone() {
        fixture.notifier("a").registering(_ -> fixture.time().advance(DEADLINE.minusNanos(1)));
        fixture.notifier("b", RegistrationFixture.SHORT_TIMEOUT_IGNORED)
                .registering(_ -> fixture.time().advance(Duration.ofNanos(1)));
        fixture.notifier("c");
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(NO_DECISION);

        fixture.history().awaitEvent("a told 1 gone");
        assertThat(fixture.history().events()).doesNotContain("c told 1 one");
        worker.end();
        fixture.awaitNothingLeft();
    }

    @Test
    void undoThatHangsDelaysTheDecisionUntilTheDeadlineOnly() {
        fixture.notifier("a").unregistering(_ -> gate.stay());
        fixture.notifier("b")
                .registering(_ -> {
                    throw new RegistrationRejectedException("no");
                });
        CompletableFuture<Decision> decided = fixture.worker().registering("one");
        gate.awaitEntered();
        RegistrationFixture.eventually().until(() -> fixture.time().scheduled() == 2);
        fixture.time().advance(DEADLINE);

        assertThat(decisionOf(decided)).isEqualTo(LinkedWorker.rejected("no"));
        gate.open();
    }
}
