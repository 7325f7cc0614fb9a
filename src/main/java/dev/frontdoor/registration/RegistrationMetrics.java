package dev.frontdoor.registration;

import dev.frontdoor.invocation.Sample;
import dev.frontdoor.invocation.Sampler;
import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Times registrations. Each WorkerRegister frame that is handled counts once, from its arrival to
 * its decision. So the counts of all outcomes add up to the number of such frames.
 */
final class RegistrationMetrics {

    private static final String METER = "frontdoor.registrations";

    private final Sampler sampler;
    private final Map<RegistrationOutcome, Timer> timers = new EnumMap<>(RegistrationOutcome.class);

    RegistrationMetrics(MeterRegistry meters, Sampler sampler, LiveTable table) {
        this.sampler = sampler;
        for (RegistrationOutcome outcome : RegistrationOutcome.values()) {
            timers.put(
                    outcome,
                    Timer.builder(METER)
                            .description("Registrations from their arrival to their decision")
                            .tag("outcome", outcome.label())
                            .register(meters));
        }
        Gauge.builder("frontdoor.connections", table, LiveTable::size)
                .description("Open connections")
                .tag("state", "registered")
                .register(meters);
    }

    Sample arrived(long pid, WorkerRegistration registration) {
        return sampler.start(
                METER,
                observation ->
                        observation
                                .contextualName("register worker")
                                .highCardinalityKeyValue("pid", Long.toString(pid))
                                .highCardinalityKeyValue("identity", registration.identity()));
    }

    void decided(Sample sample, RegistrationOutcome outcome) {
        sample.stop(outcome, Objects.requireNonNull(timers.get(outcome)));
    }
}
