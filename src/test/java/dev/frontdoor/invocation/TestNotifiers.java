package dev.frontdoor.invocation;

import dev.frontdoor.invocation.NotifierProperties.Bean;
import dev.frontdoor.invocation.NotifierProperties.Match;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.ConnectionNotifier;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;

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
            Sampler sampler,
            Clock clock) {
        NotifierMetrics metrics =
                new NotifierMetrics(name, Callbacks.of(notifier), meters, sampler, clock);
        return new Notifier(
                name, notifier, general, settings, metrics, new RepeatedLines((_, _) -> {}), clock);
    }

    /** How many threads run a call. */
    public static int busyThreads(Notifier notifier) {
        return notifier.permits(CallKind.REGISTERED).inUse()
                + notifier.permits(CallKind.PUBLISHED).inUse();
    }

    /** How many pids wait for a thread. */
    public static int waiting(Notifier notifier) {
        return notifier.permits(CallKind.REGISTERED).waiting()
                + notifier.permits(CallKind.PUBLISHED).waiting();
    }
}
