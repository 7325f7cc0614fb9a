package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.CallKind;
import dev.frontdoor.invocation.CallOutcome;
import dev.frontdoor.invocation.NotifierMetrics;
import dev.frontdoor.notifier.RegistrationRejectedException;

import io.micrometer.core.instrument.Tag;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;

/** The meters of registrations, and that they add up. */
class RegistrationMetricsTests {

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final Gate gate = new Gate();

    @Test
    void everyMeterIsThereAtZeroAtFirst() {
        fixture.notifier("a");
        LinkedWorker _ = fixture.worker();

        for (RegistrationOutcome outcome : RegistrationOutcome.values()) {
            assertThat(fixture.decided(outcome)).isZero();
        }
        assertThat(fixture.meters().find("frontdoor.notifier.calls").timers())
                .isNotEmpty()
                .allSatisfy(timer -> assertThat(timer.count()).isZero());
        assertThat(held("a")).isZero();
        assertThat(registered()).isZero();
    }

    @Test
    void callsMakeNoMetersThatWereNotThereBefore() {
        fixture.notifier("a")
                .registering(
                        "broken",
                        () -> {
                            throw new IllegalStateException("scripted");
                        });
        LinkedWorker worker = fixture.worker();
        int before = fixture.meters().getMeters().size();

        Decision _ = worker.register("broken");
        Decision _ = worker.register("one");
        boolean _ = worker.publish("progress");
        worker.end();
        fixture.awaitNothingLeft();

        assertThat(fixture.meters().getMeters())
                .hasSize(before)
                .flatExtracting(meter -> meter.getId().getTags())
                .extracting(Tag::getKey)
                .containsOnly("outcome", "callback", "notifier", "state");
    }

    @Test
    void everyRegistrationIsTimedOnceByItsOutcome() {
        fixture.notifier("a", RegistrationFixture.SHORT_TIMEOUT)
                .takingOnly("fine", "refused", "broken", "slow")
                .registering("slow", gate::stay);
        fixture.notifier("b")
                .takingOnly("refused", "broken")
                .registering(registration -> {
                    if (registration.identity().equals("refused")) {
                        throw new RegistrationRejectedException("no");
                    }
                    throw new IllegalStateException("scripted");
                });
        fixture.worker().settle("fine");
        long settled = fixture.registrations().sum();

        Decision _ = fixture.worker().registerUntilTimeout("slow", gate);
        gate.open();
        Decision _ = fixture.worker().register("stranger");
        Decision _ = fixture.worker().register("refused");
        Decision _ = fixture.worker().register("broken");

        assertThat(fixture.decided(RegistrationOutcome.ACCEPTED)).isEqualTo(1);
        assertThat(fixture.decided(RegistrationOutcome.TIMEOUT)).isEqualTo(1);
        long sum = 0;
        for (RegistrationOutcome outcome : RegistrationOutcome.values()) {
            sum += fixture.decided(outcome);
        }
        assertThat(sum).isEqualTo(fixture.registrations().sum()).isEqualTo(settled + 4);
    }

    @Test
    void gaugesFollowWhatIsHeld() {
        fixture.notifier("a");
        fixture.notifier("b").takingOnly("one");
        LinkedWorker first = fixture.worker();
        LinkedWorker second = fixture.worker();
        first.settle("one");
        second.settle("two");

        assertThat(held("a")).isEqualTo(2);
        assertThat(held("b")).isEqualTo(1);
        assertThat(registered()).isEqualTo(2);

        first.end();
        second.end();
        fixture.awaitNothingLeft();
        assertThat(held("a")).isZero();
        assertThat(registered()).isZero();
    }

    @Test
    void callThatReturnsLateIsCountedAsTimeoutAndAsLate() {
        fixture.notifier("a", RegistrationFixture.SHORT_TIMEOUT).registering(_ -> gate.stay());
        LinkedWorker worker = fixture.worker();
        Decision _ = worker.registerUntilTimeout("one", gate);

        assertThat(fixture.calls("a", CallKind.REGISTERED, CallOutcome.TIMEOUT)).isEqualTo(1);
        assertThat(fixture.calls("a", CallKind.REGISTERED, CallOutcome.LATE)).isZero();
        gate.open();
        worker.end();
        fixture.awaitNothingLeft();

        assertThat(fixture.calls("a", CallKind.REGISTERED, CallOutcome.LATE)).isEqualTo(1);
        assertThat(fixture.calls("a", CallKind.UNREGISTERED)).isEqualTo(1);
    }

    @Test
    void passedCallIsNotCountedAsReturned() {
        fixture.notifier("a").takingOnly("other");

        Decision _ = fixture.worker().register("one");

        assertThat(fixture.calls("a", CallKind.REGISTERED, CallOutcome.PASSED)).isEqualTo(1);
        assertThat(fixture.calls("a", CallKind.REGISTERED, CallOutcome.RETURNED)).isZero();
    }

    @Test
    void notifierFailsThroughoutUntilOneCallSucceeds() {
        CompletableFuture<Boolean> repaired = new CompletableFuture<>();
        fixture.notifier("a")
                .registering(_ -> {
                    if (!repaired.isDone()) {
                        throw new IllegalStateException("scripted");
                    }
                });
        LinkedWorker worker = fixture.worker();
        NotifierMetrics calls = fixture.bean("a").calls();

        assertThat(calls.isFailing()).isFalse();
        Decision _ = worker.register("one");
        assertThat(calls.isFailing()).isTrue();
        assertThat(calls.lastFailure())
                .isNotNull()
                .satisfies(failure -> {
                    assertThat(failure.callback()).isEqualTo(CallKind.REGISTERED);
                    assertThat(failure.outcome()).isEqualTo(CallOutcome.FAILED);
                    assertThat(failure.error()).isEqualTo(IllegalStateException.class.getName());
                });
        repaired.complete(true);
        Decision _ = worker.register("one");
        assertThat(calls.isFailing()).isFalse();
    }

    @Test
    void timeoutIsTheLastFailureWithItsLimit() {
        fixture.notifier("a", RegistrationFixture.SHORT_TIMEOUT).registering(_ -> gate.stay());
        Decision _ = fixture.worker().registerUntilTimeout("one", gate);
        gate.open();

        assertThat(fixture.bean("a").calls().lastFailure())
                .isNotNull()
                .satisfies(failure -> {
                    assertThat(failure.outcome()).isEqualTo(CallOutcome.TIMEOUT);
                    assertThat(failure.error()).isEqualTo("no return within PT0.3S");
                });
    }

    private double held(String notifier) {
        return fixture.meters()
                .get("frontdoor.notifier.held")
                .tag("notifier", notifier)
                .gauge()
                .value();
    }

    private double registered() {
        return fixture.meters()
                .get("frontdoor.connections")
                .tag("state", "registered")
                .gauge()
                .value();
    }
}
