package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;
import static dev.frontdoor.registration.LinkedWorker.rejected;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.NotifierProperties.Bean;
import dev.frontdoor.invocation.NotifierProperties.Match;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.invocation.TestNotifiers;
import dev.frontdoor.test.Registrations;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** How many calls a notifier has at once, and who waits when there is no place left. */
class PermitsTests {

    private static final Decision TIMED_OUT = rejected("notifier 'slow' timed out");

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final Gate gate = new Gate();

    @Test
    void notifierHasNeverMoreCallsAtOnceThanItsPlaces() {
        int workers = 50;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        fixture.notifier(
                        "a",
                        RegistrationFixture.bean(RegistrationFixture.MAX_WAIT, 3, OnFailure.REJECT))
                .registering(_ -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    gate.stay();
                    inside.decrementAndGet();
                });
        List<CompletableFuture<Decision>> decisions = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            decisions.add(fixture.worker().registering("one"));
        }
        Semaphore places = TestNotifiers.permits(fixture.bean("a"));
        RegistrationFixture.eventually()
                .until(() -> inside.get() + places.getQueueLength() == workers);

        assertThat(inside).hasValue(3);

        gate.open();
        for (CompletableFuture<Decision> decision : decisions) {
            assertThat(decisionOf(decision)).isEqualTo(ACCEPTED);
        }
        assertThat(most).hasValue(3);
    }

    @Test
    void waitingForAPlaceCountsTowardsTheTimeLimit() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT_ONE_PERMIT)
                .registering("hanging", gate::stay);
        assertThat(fixture.worker().register("hanging")).isEqualTo(TIMED_OUT);

        LinkedWorker waiting = fixture.worker();
        assertThat(waiting.register("one")).isEqualTo(TIMED_OUT);

        assertThat(fixture.history().events()).containsExactly("slow told 1 hanging");
        gate.open();
        fixture.history().awaitEvent("slow told 1 gone");
        waiting.settle("two");
        assertThat(fixture.inForce(waiting)).isEqualTo("two");
    }

    @Test
    void notifierThatHangsForeverHoldsUpItsOwnWorkersOnly() {
        Match its = new Match(List.of("hung"), List.of(), List.of(), List.of());
        fixture.notifier(
                        "slow", new Bean(true, RegistrationFixture.SHORT, 2, OnFailure.REJECT, its))
                .registering(_ -> gate.stay());
        fixture.notifier("b");
        for (int i = 0; i < 4; i++) {
            CompletableFuture<Decision> decided =
                    fixture.worker()
                            .registering(Registrations.of("its").namespaces("hung").build());
            assertThat(fixture.worker().register("other")).isEqualTo(ACCEPTED);
            assertThat(decisionOf(decided)).isEqualTo(TIMED_OUT);
        }

        List<CompletableFuture<Decision>> others = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            others.add(fixture.worker().registering("other"));
        }

        for (CompletableFuture<Decision> other : others) {
            assertThat(decisionOf(other)).isEqualTo(ACCEPTED);
        }
        assertThat(TestNotifiers.permits(fixture.bean("slow")).availablePermits()).isZero();
        gate.open();
    }

    @Test
    void unregisterCallWaitsForAPlaceAsLongAsItTakes() {
        fixture.notifier("a");
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT_ONE_PERMIT)
                .registering("hanging", gate::stay);
        LinkedWorker leaving = fixture.worker();
        leaving.settle("one");
        LinkedWorker hanging = fixture.worker();
        assertThat(hanging.register("hanging")).isEqualTo(TIMED_OUT);

        leaving.end();
        fixture.history().awaitEvent("a told 1 gone");
        assertThat(fixture.history().events()).doesNotContain("slow told 1 gone");
        assertThat(fixture.bean("slow").calls().held()).isEqualTo(1);
        gate.open();

        fixture.history().awaitEvent("slow told 1 gone");
        hanging.end();
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).containsOnlyOnce("slow told 1 gone");
    }

    @Test
    void workerThatEndsWhileItWaitsForAPlaceIsAbandoned() {
        fixture.notifier("a", RegistrationFixture.LONG_TIMEOUT_ONE_PERMIT)
                .registering("hanging", gate::stay);
        CompletableFuture<Decision> hanging = fixture.worker().registering("hanging");
        gate.awaitEntered();
        LinkedWorker waiting = fixture.worker();
        CompletableFuture<Decision> decided = waiting.registering("one");
        RegistrationFixture.eventually()
                .until(() -> TestNotifiers.permits(fixture.bean("a")).hasQueuedThreads());

        waiting.end();
        gate.open();

        assertThat(decisionOf(hanging)).isEqualTo(ACCEPTED);
        assertThat(decisionOf(decided)).isEqualTo(LinkedWorker.ABANDONED);
        RegistrationFixture.eventually().until(() -> fixture.bean("a").calls().held() == 1);
    }
}
