package dev.frontdoor.invocation;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.noop.NoopTimer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The timers of the calls to one notifier. A timer is exported before its first call, at zero, but
 * only once that call can happen: callbacks that the notifier does not implement have none, {@code
 * late} comes with the first timeout, {@code restored} with the first replacement, and {@code
 * passed} of a notifier that takes every worker with the first call that loses its purpose.
 */
final class NotifierTimers {

    static final String METER = "frontdoor.notifier.calls";

    private static final Logger log = LoggerFactory.getLogger(NotifierTimers.class);

    private static final Timer UNREGISTERED =
            new NoopTimer(new Meter.Id(METER, Tags.empty(), null, null, Meter.Type.TIMER));

    private final String notifier;
    private final MeterRegistry meters;
    private final Map<CallKind, ConcurrentMap<CallOutcome, Timer>> timers =
            new EnumMap<>(CallKind.class);

    private volatile boolean replaced;

    NotifierTimers(String notifier, Callbacks callbacks, MeterRegistry meters) {
        this.notifier = notifier;
        this.meters = meters;
        for (CallKind kind : CallKind.values()) {
            timers.put(kind, new ConcurrentHashMap<>());
        }
        exportRegistration(CallKind.REGISTERED, callbacks);
        exportRegistration(CallKind.REPLACED, callbacks);
        export(CallKind.UNREGISTERED);
        if (callbacks.onWorkerAdmitted()) {
            export(CallKind.ADMITTED);
        }
        if (callbacks.onChannelPublish()) {
            export(CallKind.PUBLISHED);
        }
        if (callbacks.onDrain()) {
            export(CallKind.DRAIN);
        }
    }

    Timer get(CallKind kind, CallOutcome outcome) {
        ConcurrentMap<CallOutcome, Timer> ofKind = Objects.requireNonNull(timers.get(kind));
        Timer timer = ofKind.get(outcome);
        return timer == null
                ? ofKind.computeIfAbsent(outcome, _ -> register(kind, outcome))
                : timer;
    }

    /** A replacement was requested: it may have to be taken back. */
    void onReplacement() {
        if (!replaced) {
            replaced = true;
            export(CallKind.RESTORED);
            Timer _ = get(CallKind.RESTORED, CallOutcome.REJECTED);
        }
    }

    /** A call has timed out: it may return late. */
    void onTimeout(CallKind kind) {
        Timer _ = get(kind, CallOutcome.LATE);
    }

    private void exportRegistration(CallKind kind, Callbacks callbacks) {
        export(kind);
        Timer _ = get(kind, CallOutcome.REJECTED);
        if (callbacks.takes()) {
            Timer _ = get(kind, CallOutcome.PASSED);
        }
    }

    /** Exports the outcomes that every callback can have. */
    private void export(CallKind kind) {
        Timer _ = get(kind, CallOutcome.RETURNED);
        Timer _ = get(kind, CallOutcome.FAILED);
        Timer _ = get(kind, CallOutcome.TIMEOUT);
    }

    /** A timer that records nothing if the registry refuses one: that must not end a call. */
    private Timer register(CallKind kind, CallOutcome outcome) {
        try {
            return Timer.builder(METER)
                    .description("Calls to a notifier, from when due to their end or timeout")
                    .tag("notifier", notifier)
                    .tag("callback", kind.label())
                    .tag("outcome", outcome.label())
                    .register(meters);
        } catch (Throwable e) {
            log.error("timer {} could not be registered", METER, e);
            return UNREGISTERED;
        }
    }
}
