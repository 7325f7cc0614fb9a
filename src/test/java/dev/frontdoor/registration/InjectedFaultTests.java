package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.test.Registrations;

import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.concurrent.TimeUnit;

/** Exceptions where only our own code, or a library's, runs: nothing is lost by them. */
class InjectedFaultTests {

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();

    /** Where an observation handler throws. */
    enum Point {
        START,
        SCOPE_OPENED,
        SCOPE_CLOSED,
        STOP
    }

    @ParameterizedTest
    @EnumSource
    void observationHandlerThatThrowsChangesNoDecision(Point point) {
        fixture.observations().observationConfig().observationHandler(new Throwing(point));
        fixture.notifier("a");
        fixture.notifier("b").registering("banned", InjectedFaultTests::reject);
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        assertThat(fixture.bean("a").calls().held()).isEqualTo(1);
        assertThat(worker.register("banned")).isEqualTo(rejected("no"));
        assertThat(fixture.inForce(worker)).isEqualTo("one");
        worker.end();

        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).endsWith("b told 1 gone", "a told 1 gone");
    }

    @Test
    void meterRegistryThatThrowsChangesNoDecision() {
        fixture.meters(new ThrowingRegistry());
        fixture.notifier("a");
        fixture.notifier("b").registering("banned", InjectedFaultTests::reject);
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        assertThat(worker.publish("progress")).isFalse();
        assertThat(worker.register("banned")).isEqualTo(rejected("no"));
        worker.end();

        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).endsWith("b told 1 gone", "a told 1 gone");
    }

    @Test
    void meterRegistryThatRefusesALaterTimerChangesNoDecision() {
        fixture.meters(new RefusingRegistry());
        fixture.notifier("a");
        fixture.notifier("b").registering("banned", InjectedFaultTests::reject);
        LinkedWorker worker = fixture.worker();

        worker.settle("one");
        assertThat(worker.register("banned")).isEqualTo(rejected("no"));
        assertThat(fixture.history().events()).endsWith("b told 1 banned", "a told 1 one");
        worker.end();

        fixture.awaitNothingLeft();
        assertThat(fixture.history().events()).endsWith("b told 1 gone", "a told 1 gone");
    }

    @Test
    void connectionWhoseDecisionCannotBeAnsweredIsClosedAndReleased() {
        fixture.notifier("a");
        LinkedWorker worker = fixture.worker();

        fixture.service()
                .register(
                        worker,
                        Registrations.of("one").build(),
                        _ -> {
                            throw new IllegalStateException("scripted");
                        });

        fixture.history().awaitExactly("a told 1 one", "a told 1 gone");
        assertThat(worker.closes()).containsExactly(CloseCause.SERVICE_FAULT);
        fixture.awaitNothingLeft();
    }

    @Test
    void registrationThatCannotBeginHoldsUpNoEnd() {
        fixture.notifier("a");
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        fixture.time().failOnce();

        assertThatThrownBy(() ->
                        fixture.service()
                                .register(
                                        worker,
                                        Registrations.of("two").build(),
                                        decision -> fail("decided: %s", decision)))
                .hasMessage("scripted");
        worker.end();

        fixture.history().awaitExactly("a told 1 gone");
        fixture.awaitNothingLeft();
    }

    @Test
    void connectionWhosePublicationCannotBeAnsweredIsClosedAndReleased() {
        fixture.notifier("a").consuming(_ -> true);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        fixture.service()
                .publish(
                        1,
                        "progress",
                        new byte[0],
                        _ -> {
                            throw new IllegalStateException("scripted");
                        },
                        () -> {});

        fixture.history().awaitExactly("a offered 1 progress", "a told 1 gone");
        assertThat(worker.closes()).containsExactly(CloseCause.SERVICE_FAULT);
        fixture.awaitNothingLeft();
    }

    @Test
    void exceptionWhoseTextThrowsIsAFailureLikeAnyOther() {
        fixture.notifier("a")
                .registering(_ -> {
                    throw new Unprintable();
                });

        assertThat(fixture.worker().register("one")).isEqualTo(LinkedWorker.failed("a"));
    }

    private static void reject() {
        throw new RegistrationRejectedException("no");
    }

    private static final class Unprintable extends RuntimeException {

        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("scripted");
        }
    }

    private record Throwing(Point point) implements ObservationHandler<Observation.Context> {

        @Override
        public void onStart(Observation.Context context) {
            failAt(Point.START);
        }

        @Override
        public void onScopeOpened(Observation.Context context) {
            failAt(Point.SCOPE_OPENED);
        }

        @Override
        public void onScopeClosed(Observation.Context context) {
            failAt(Point.SCOPE_CLOSED);
        }

        @Override
        public void onStop(Observation.Context context) {
            failAt(Point.STOP);
        }

        private void failAt(Point here) {
            if (point == here) {
                throw new IllegalStateException("scripted");
            }
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    /** Has no place for timers of restored registrations, which come after the start. */
    private static final class RefusingRegistry extends SimpleMeterRegistry {

        @Override
        protected Timer newTimer(
                Meter.Id id, DistributionStatisticConfig config, PauseDetector pauses) {
            if ("restored".equals(id.getTag("callback"))) {
                throw new IllegalStateException("scripted");
            }
            return super.newTimer(id, config, pauses);
        }
    }

    /** Its timers cannot be recorded. */
    private static final class ThrowingRegistry extends SimpleMeterRegistry {

        @Override
        protected Timer newTimer(
                Meter.Id id, DistributionStatisticConfig config, PauseDetector pauses) {
            return new AbstractTimer(id, clock, config, pauses, TimeUnit.SECONDS, false) {

                @Override
                protected void recordNonNegative(long amount, TimeUnit unit) {
                    throw new IllegalStateException("scripted");
                }

                @Override
                public long count() {
                    return 0;
                }

                @Override
                public double totalTime(TimeUnit unit) {
                    return 0;
                }

                @Override
                public double max(TimeUnit unit) {
                    return 0;
                }
            };
        }
    }
}
