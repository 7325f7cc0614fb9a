package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;
import static dev.frontdoor.registration.LinkedWorker.failed;
import static dev.frontdoor.registration.LinkedWorker.rejected;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.CallKind;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.invocation.TestNotifiers;
import dev.frontdoor.notifier.RegistrationRejectedException;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;

/** What registrations do while a notifier is suspended. */
class SuspensionTests {

    private static final int FAILURES = 3;

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private volatile boolean broken = true;

    @BeforeEach
    void suspendSoon() {
        fixture.maxFailuresInARow(FAILURES);
    }

    @Test
    void registrationThatNeedsTheNotifierIsRejectedAtOnceUntilAProbeSucceeds() {
        fixture.notifier("a");
        fixture.notifier("b").registering(_ -> failIfBroken());
        for (int i = 0; i < FAILURES; i++) {
            assertThat(fixture.worker().register("one")).isEqualTo(failed("b"));
        }
        fixture.history().forget();

        assertThat(fixture.worker().register("two")).isEqualTo(deferred(5));
        assertThat(fixture.history().events()).isEmpty();
        assertThat(fixture.decided(RegistrationOutcome.DEFERRED)).isEqualTo(1);

        fixture.time().advance(RegistrationFixture.PROBE_INTERVAL);
        assertThat(fixture.worker().register("probe")).isEqualTo(failed("b"));
        assertThat(fixture.worker().register("three")).isEqualTo(deferred(5));

        broken = false;
        fixture.time().advance(RegistrationFixture.PROBE_INTERVAL);
        assertThat(fixture.worker().register("probe")).isEqualTo(ACCEPTED);
        assertThat(fixture.worker().register("four")).isEqualTo(ACCEPTED);
    }

    @Test
    void registrationGoesOnWithoutANotifierWhoseFailuresAreIgnored() {
        fixture.notifier(
                        "audit",
                        RegistrationFixture.bean(RegistrationFixture.LONG, 4, OnFailure.IGNORE))
                .registering(_ -> failIfBroken());
        fixture.notifier("b");
        for (int i = 0; i < FAILURES; i++) {
            assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);
        }
        fixture.history().forget();
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("two")).isEqualTo(ACCEPTED);

        assertThat(fixture.history().events()).containsExactly("b told 4 two");
        assertThat(fixture.table().find(worker.pid()).orElseThrow().holders()).containsExactly("b");
    }

    @Test
    void unregisterCallsAreStillMade() {
        broken = false;
        fixture.notifier("a").registering(_ -> failIfBroken());
        fixture.notifier("b");
        LinkedWorker leaving = fixture.worker();
        leaving.settle("one");
        broken = true;
        for (int i = 0; i < FAILURES; i++) {
            assertThat(fixture.worker().register("two")).isEqualTo(failed("a"));
        }
        assertThat(fixture.bean("a").isSuspended()).isTrue();

        leaving.end();

        fixture.history().awaitEvent("a told 1 gone");
        RegistrationFixture.eventually()
                .until(() -> TestNotifiers.busyThreads(fixture.bean("a")) == 0);
        assertThat(fixture.bean("a").calls().held()).isZero();
        assertThat(fixture.calls("a", CallKind.UNREGISTERED)).isEqualTo(1);
    }

    @Test
    void earlierRegistrationIsStillRestored() {
        Gate last = new Gate();
        fixture.notifier("a").registering("bad", this::failIfBroken);
        fixture.notifier("b")
                .registering(
                        "two",
                        () -> {
                            last.stay();
                            throw new RegistrationRejectedException("no");
                        });
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        CompletableFuture<Decision> decided = worker.registering("two");
        last.awaitEntered();
        for (int i = 0; i < FAILURES; i++) {
            assertThat(fixture.worker().register("bad")).isEqualTo(failed("a"));
        }
        assertThat(fixture.bean("a").isSuspended()).isTrue();
        fixture.history().forget();

        last.open();

        assertThat(decisionOf(decided)).isEqualTo(rejected("no"));
        assertThat(fixture.history().events()).containsExactly("a told 1 one");
        assertThat(fixture.inForce(worker)).isEqualTo("one");
    }

    @Test
    void publicationIsNotOfferedToASuspendedNotifier() {
        broken = false;
        fixture.notifier("a").registering(_ -> failIfBroken()).consuming(_ -> true);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        assertThat(worker.publish("progress")).isTrue();
        broken = true;
        for (int i = 0; i < FAILURES; i++) {
            assertThat(fixture.worker().register("two")).isEqualTo(failed("a"));
        }

        assertThat(worker.publish("progress")).isFalse();
    }

    private static Decision deferred(int seconds) {
        return new Decision.Rejected(
                RegistrationOutcome.DEFERRED,
                "notifier 'b' is suspended after repeated failures; retry in %d s"
                        .formatted(seconds));
    }

    private void failIfBroken() {
        if (broken) {
            throw new IllegalStateException("scripted");
        }
    }
}
