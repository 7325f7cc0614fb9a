package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;
import static dev.frontdoor.registration.LinkedWorker.timedOut;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.NotifierProperties.Bean;
import dev.frontdoor.invocation.NotifierProperties.Match;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.invocation.TestNotifiers;
import dev.frontdoor.test.Registrations;

import io.micrometer.core.instrument.Timer;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** How many concurrent calls a notifier has, and what waits for a permit. */
class PermitsTests {

    private static final Decision TIMED_OUT = timedOut("slow");

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final Gate gate = new Gate();

    @Test
    void notifierNeverHasMoreConcurrentCallsThanPermits() {
        int workers = 50;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        fixture.notifier(
                        "a",
                        RegistrationFixture.bean(RegistrationFixture.LONG, 3, OnFailure.REJECT))
                .registering(_ -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    gate.stay();
                    inside.decrementAndGet();
                });
        List<CompletableFuture<Decision>> decisions = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            decisions.add(fixture.worker().registering("one"));
        }
        RegistrationFixture.eventually()
                .until(() ->
                        inside.get() == 3
                                && TestNotifiers.waiting(fixture.bean("a")) == workers - 3);

        gate.open();
        for (CompletableFuture<Decision> decision : decisions) {
            assertThat(decisionOf(decision)).isEqualTo(ACCEPTED);
        }
        assertThat(most).hasValue(3);
    }

    @Test
    void waitForAPermitCountsTowardsTheTimeout() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT_ONE_PERMIT)
                .registering("hanging", gate::stay);
        assertThat(fixture.worker().registerUntilTimeout("hanging", gate)).isEqualTo(TIMED_OUT);

        LinkedWorker waiting = fixture.worker();
        assertThat(waiting.registerUntilTimeout("one", gate)).isEqualTo(TIMED_OUT);

        assertThat(fixture.history().events()).containsExactly("slow told 1 hanging");
        gate.open();
        fixture.history().awaitEvent("slow told 1 gone");
        waiting.settle("two");
        assertThat(fixture.inForce(waiting)).isEqualTo("two");
    }

    @Test
    void notifierThatHangsForeverDelaysItsOwnWorkersOnly() {
        Match its = new Match(List.of("hung"), List.of(), List.of(), List.of());
        int permits = 2;
        fixture.notifier(
                        "slow",
                        new Bean(
                                true,
                                RegistrationFixture.SHORT,
                                permits,
                                permits,
                                OnFailure.REJECT,
                                its))
                .registering(_ -> gate.stay());
        fixture.notifier("b");
        for (int i = 0; i < 2 * permits; i++) {
            CompletableFuture<Decision> decided =
                    fixture.worker()
                            .registering(Registrations.of("its").namespaces("hung").build());
            assertThat(fixture.worker().register("other")).isEqualTo(ACCEPTED);
            gate.awaitEntered(Math.min(i + 1, permits));
            fixture.time().advance(RegistrationFixture.SHORT);
            assertThat(decisionOf(decided)).isEqualTo(TIMED_OUT);
        }

        List<CompletableFuture<Decision>> others = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            others.add(fixture.worker().registering("other"));
        }

        for (CompletableFuture<Decision> other : others) {
            assertThat(decisionOf(other)).isEqualTo(ACCEPTED);
        }
        assertThat(TestNotifiers.busyThreads(fixture.bean("slow"))).isEqualTo(permits);
        gate.open();
    }

    @Test
    void unregisterCallWaitsForAPermitAsLongAsItTakes() {
        fixture.notifier("a");
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT_ONE_PERMIT)
                .registering("hanging", gate::stay);
        LinkedWorker leaving = fixture.worker();
        leaving.settle("one");
        LinkedWorker hanging = fixture.worker();
        assertThat(hanging.registerUntilTimeout("hanging", gate)).isEqualTo(TIMED_OUT);

        leaving.end();
        fixture.advanceUntil(() -> fixture.history().events().contains("a told 1 gone"));
        assertThat(fixture.history().events()).doesNotContain("slow told 1 gone");
        assertThat(fixture.bean("slow").calls().held()).isEqualTo(1);
        gate.open();

        fixture.history().awaitEvent("slow told 1 gone");
        hanging.end();
        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).containsOnlyOnce("slow told 1 gone");
    }

    @Test
    void workerThatEndsWhileItWaitsForAPermitIsAbandonedAtOnce() {
        fixture.notifier("a", RegistrationFixture.LONG_TIMEOUT_ONE_PERMIT)
                .registering("hanging", gate::stay);
        CompletableFuture<Decision> hanging = fixture.worker().registering("hanging");
        gate.awaitEntered();
        LinkedWorker waiting = fixture.worker();
        CompletableFuture<Decision> decided = waiting.registering("one");
        RegistrationFixture.eventually().until(() -> TestNotifiers.waiting(fixture.bean("a")) > 0);

        waiting.end();

        assertThat(decisionOf(decided)).isEqualTo(LinkedWorker.ABANDONED);
        assertThat(TestNotifiers.waiting(fixture.bean("a"))).isZero();
        gate.open();
        assertThat(decisionOf(hanging)).isEqualTo(ACCEPTED);
        RegistrationFixture.eventually().until(() -> fixture.bean("a").calls().held() == 1);
    }

    @Test
    void timeOfAnUnregisterCallIncludesTheWaitForAPermit() {
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT_ONE_PERMIT)
                .registering("hanging", gate::stay);
        LinkedWorker leaving = fixture.worker();
        leaving.settle("one");
        LinkedWorker hanging = fixture.worker();
        assertThat(hanging.registerUntilTimeout("hanging", gate)).isEqualTo(TIMED_OUT);

        leaving.end();
        fixture.time().advance(Duration.ofMinutes(5));
        gate.open();
        hanging.end();
        fixture.awaitNothingLeft();

        Timer unregistered =
                fixture.meters()
                        .get("frontdoor.notifier.calls")
                        .tag("callback", "unregistered")
                        .tag("outcome", "returned")
                        .timer();
        assertThat(unregistered.count()).isEqualTo(2);
        assertThat(unregistered.max(TimeUnit.MINUTES)).isGreaterThanOrEqualTo(5);
    }
}
