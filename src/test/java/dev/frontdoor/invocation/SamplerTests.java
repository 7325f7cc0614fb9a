package dev.frontdoor.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** What a sample records, and where. */
class SamplerTests {

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Timer timer = Timer.builder("our.timer").register(meters);
    private final ObservationRegistry observations = ObservationRegistry.create();
    private final List<Observation.Context> heard = new ArrayList<>();

    @Test
    void timerCountsWhereNobodyHandlesObservations() {
        Sample sample =
                new Sampler(ObservationRegistry.NOOP, Clock.SYSTEM)
                        .start(
                                "our.timer",
                                _ -> {
                                    throw new AssertionError("described for nobody");
                                });
        sample.stop(() -> "FINE", timer);

        assertThat(sample.observation().isNoop()).isTrue();
        assertThat(timer.count()).isEqualTo(1);
    }

    @Test
    void handlerHearsTheOutcomeAndTheError() {
        observations.observationConfig().observationHandler(new Listener());
        IllegalStateException error = new IllegalStateException("scripted");

        new Sampler(observations, Clock.SYSTEM)
                .start("our.timer", observation -> observation.contextualName("a call"))
                .stop(() -> "FAILED", timer, error);

        assertThat(timer.count()).isEqualTo(1);
        assertThat(heard)
                .singleElement()
                .satisfies(context -> {
                    assertThat(context.getContextualName()).isEqualTo("a call");
                    assertThat(context.getError()).isSameAs(error);
                    assertThat(context.getLowCardinalityKeyValues())
                            .containsExactly(KeyValue.of("outcome", "failed"));
                });
    }

    @Test
    void handlerThatThrowsStopsNothing() {
        observations
                .observationConfig()
                .observationHandler(
                        new Listener() {
                            @Override
                            public void onStart(Observation.Context context) {
                                throw new IllegalStateException("scripted");
                            }
                        });
        Sampler sampler = new Sampler(observations, Clock.SYSTEM);
        sampler.start("our.timer", described -> described).stop(() -> "FINE", timer);

        assertThat(timer.count()).isEqualTo(1);
    }

    @Test
    void handlerThatThrowsInTheEndStopsNothing() {
        observations
                .observationConfig()
                .observationHandler(
                        new Listener() {
                            @Override
                            public void onStop(Observation.Context context) {
                                throw new IllegalStateException("scripted");
                            }
                        });
        Sampler sampler = new Sampler(observations, Clock.SYSTEM);
        sampler.start("our.timer", described -> described).stop(() -> "FINE", timer);

        assertThat(timer.count()).isEqualTo(1);
    }

    @Test
    void observationIsNotMeteredOnceMore() {
        observations
                .observationConfig()
                .observationHandler(
                        new FirstMatchingCompositeObservationHandler(
                                new Sampler.Unmetered(),
                                new DefaultMeterObservationHandler(meters)));

        new Sampler(observations, Clock.SYSTEM)
                .start("our.timer", described -> described)
                .stop(() -> "FINE", timer);
        Observation.createNotStarted("theirs", observations).start().stop();

        assertThat(timer.count()).isEqualTo(1);
        assertThat(meters.find("our.timer").timers()).hasSize(1);
        assertThat(meters.get("theirs").timer().count()).isEqualTo(1);
    }

    private class Listener implements ObservationHandler<Observation.Context> {

        @Override
        public void onStop(Observation.Context context) {
            heard.add(context);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }
}
