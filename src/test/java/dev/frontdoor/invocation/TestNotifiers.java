package dev.frontdoor.invocation;

import dev.frontdoor.invocation.NotifierProperties.Bean;
import dev.frontdoor.invocation.NotifierProperties.Match;
import dev.frontdoor.notifier.ConnectionNotifier;

import io.micrometer.core.instrument.MeterRegistry;

import java.time.Clock;
import java.util.concurrent.Semaphore;

/** Notifiers without an application context, for the tests of other packages. */
public final class TestNotifiers {

    /** Takes every registration. */
    public static final Match EVERYTHING = Match.EVERYTHING;

    private TestNotifiers() {}

    public static Notifier notifier(
            String name,
            ConnectionNotifier notifier,
            NotifierProperties general,
            Bean settings,
            MeterRegistry meters,
            Sampler sampler) {
        NotifierMetrics metrics = new NotifierMetrics(name, meters, sampler, Clock.systemUTC());
        return new Notifier(name, notifier, general, settings, metrics);
    }

    /** The permits for concurrent calls. */
    public static Semaphore permits(Notifier notifier) {
        return notifier.permits();
    }
}
