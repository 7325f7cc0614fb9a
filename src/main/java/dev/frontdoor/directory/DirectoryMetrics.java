package dev.frontdoor.directory;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The meters of the directory. Workers that were found with dead instances: {@code cleanups} with
 * the outcome lost, moved or returned. A call of Redis is timed if it succeeds, and counted among
 * the failures otherwise.
 */
final class DirectoryMetrics {

    /** What was found out about a worker of a dead instance. */
    enum Cleanup {
        LOST,
        MOVED,
        RETURNED;

        /** The name in lower case. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final MeterRegistry meters;
    private final Timer lag;
    private final Map<Cleanup, Counter> cleanups = new EnumMap<>(Cleanup.class);

    DirectoryMetrics(MeterRegistry meters) {
        this.meters = meters;
        lag =
                Timer.builder("frontdoor.directory.lag")
                        .description("Time from a change of a worker to its entry in the directory")
                        .publishPercentileHistogram(false)
                        .register(meters);
        for (Cleanup cleanup : Cleanup.values()) {
            cleanups.put(
                    cleanup,
                    Counter.builder("frontdoor.directory.cleanups")
                            .description(
                                    "Workers of instances that have died, by what became of them")
                            .tag("outcome", cleanup.label())
                            .register(meters));
        }
        for (Script script : Script.values()) {
            Timer _ = timer(script.label());
            Counter _ = failures(script.label());
        }
    }

    /** Shows the numbers of entries. */
    void observe(Supplier<Number> entries, Supplier<Number> waiting, Supplier<Number> live) {
        gauge("frontdoor.directory.entries", "Workers of this instance in the directory", entries);
        gauge("frontdoor.directory.waiting", "Changes that are not in the directory yet", waiting);
        gauge("frontdoor.directory.up", "1 if this instance holds its lease, otherwise 0", live);
    }

    /** A change was written, so many nanoseconds after it happened. */
    void written(long nanos) {
        lag.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Redis was called. */
    void called(String what, long nanos, boolean succeeded) {
        if (succeeded) {
            timer(what).record(nanos, TimeUnit.NANOSECONDS);
        } else {
            failures(what).increment();
        }
    }

    /** It was found out what became of a worker. */
    void cleanedUp(Cleanup cleanup) {
        Counter counter = cleanups.get(cleanup);
        if (counter != null) {
            counter.increment();
        }
    }

    private Timer timer(String what) {
        return Timer.builder("frontdoor.directory.scripts")
                .description("Calls of Redis that succeeded")
                .tag("script", what)
                .register(meters);
    }

    private Counter failures(String what) {
        return Counter.builder("frontdoor.directory.failures")
                .description("Calls of Redis that failed")
                .tag("script", what)
                .register(meters);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge _ = Gauge.builder(name, value).description(description).register(meters);
    }
}
