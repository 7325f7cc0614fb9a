package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.invocation.CallKind;
import dev.frontdoor.invocation.CallOutcome;
import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.NotifierProperties;
import dev.frontdoor.invocation.NotifierProperties.Bean;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.invocation.NotifierProperties.Unmatched;
import dev.frontdoor.invocation.Sampler;
import dev.frontdoor.invocation.TestNotifiers;
import dev.frontdoor.invocation.Timeouts;
import dev.frontdoor.notifier.ConnectionNotifier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;

import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * A registration service with the notifiers a test gives it, and the one place that knows how it is
 * put together. Notifiers are added before the first worker.
 */
public final class RegistrationFixture implements AutoCloseable {

    /** No test waits longer, and no call overruns unless it is meant to. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(30);

    /** The limit of a notifier that is to overrun it. */
    static final Duration SHORT = Duration.ofMillis(300);

    public static final Bean LONG_TIMEOUT = bean(MAX_WAIT, 64, OnFailure.REJECT);
    static final Bean SHORT_TIMEOUT = bean(SHORT, 64, OnFailure.REJECT);
    static final Bean SHORT_TIMEOUT_IGNORED = bean(SHORT, 64, OnFailure.IGNORE);
    static final Bean SHORT_TIMEOUT_ONE_PERMIT = bean(SHORT, 1, OnFailure.REJECT);
    static final Bean LONG_TIMEOUT_ONE_PERMIT = bean(MAX_WAIT, 1, OnFailure.REJECT);

    private final History history = new History();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final ObservationRegistry observations = ObservationRegistry.create();
    private final LiveTable table = new LiveTable();
    private final Timeouts limits = new Timeouts();
    private final List<Notifier> beans = new ArrayList<>();
    private final AtomicLong pids = new AtomicLong();
    private final LongAdder registrations = new LongAdder();
    private Unmatched unmatched = Unmatched.REJECT;
    private @Nullable RegistrationService service;

    /** For what comes about on other threads. */
    public static ConditionFactory eventually() {
        return await().atMost(MAX_WAIT).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
    }

    static Bean bean(Duration timeout, int places, OnFailure onFailure) {
        return new Bean(true, timeout, places, onFailure, TestNotifiers.EVERYTHING);
    }

    /** Adds a notifier that takes its time, at the end of the order. */
    ScriptedNotifier notifier(String name) {
        return notifier(name, LONG_TIMEOUT);
    }

    ScriptedNotifier notifier(String name, Bean settings) {
        ScriptedNotifier notifier = new ScriptedNotifier(name, history);
        add(name, notifier, settings);
        return notifier;
    }

    public void add(String name, ConnectionNotifier notifier, Bean settings) {
        assertThat(service).as("notifiers come before workers").isNull();
        NotifierProperties general =
                new NotifierProperties(List.of(), Unmatched.REJECT, MAX_WAIT, 64, Map.of());
        beans.add(TestNotifiers.notifier(name, notifier, general, settings, meters, timings()));
    }

    void unmatched(Unmatched unmatched) {
        this.unmatched = unmatched;
    }

    /** Has the thread that ends an observation do something first. */
    void beforeObservationStops(Consumer<Observation.Context> action) {
        observations
                .observationConfig()
                .observationHandler(
                        new ObservationHandler<>() {
                            @Override
                            public void onStop(Observation.Context context) {
                                action.accept(context);
                            }

                            @Override
                            public boolean supportsContext(Observation.Context context) {
                                return true;
                            }
                        });
    }

    public synchronized RegistrationService service() {
        if (service == null) {
            service =
                    new RegistrationService(
                            beans,
                            unmatched,
                            new Identities(DuplicateIdentity.ALLOW),
                            new RegistrationRateLimiter(0, 0, System::nanoTime),
                            table,
                            new RegistrationMetrics(meters, timings(), table),
                            limits,
                            Clock.systemUTC());
        }
        return service;
    }

    LinkedWorker worker() {
        RegistrationService _ = service();
        return new LinkedWorker(pids.incrementAndGet(), this);
    }

    History history() {
        return history;
    }

    /** How many registrations workers have sent. */
    LongAdder registrations() {
        return registrations;
    }

    public LiveTable table() {
        return table;
    }

    public MeterRegistry meters() {
        return meters;
    }

    public Sampler timings() {
        return new Sampler(observations);
    }

    public Timeouts limits() {
        return limits;
    }

    List<Notifier> beans() {
        return beans;
    }

    Notifier bean(String name) {
        return beans.stream().filter(bean -> bean.name().equals(name)).findFirst().orElseThrow();
    }

    /** The identity in force on a connection; empty if there is none. */
    String inForce(LinkedWorker worker) {
        return table.find(worker.pid()).map(live -> live.registration().identity()).orElse("");
    }

    /** How many calls a notifier had, by callback and outcome. */
    long calls(String notifier, CallKind callback, CallOutcome outcome) {
        Timer timer =
                meters.get("frontdoor.notifier.calls")
                        .tag("notifier", notifier)
                        .tag("callback", callback.name().toLowerCase(Locale.ROOT))
                        .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                        .timer();
        return timer.count();
    }

    long calls(String notifier, CallKind callback) {
        long calls = 0;
        for (CallOutcome outcome : CallOutcome.values()) {
            calls += outcome == CallOutcome.LATE ? 0 : calls(notifier, callback, outcome);
        }
        return calls;
    }

    /** How many registrations were decided so. */
    long decided(RegistrationMetrics.Outcome outcome) {
        return meters.get("frontdoor.registrations")
                .tag("outcome", outcome.label())
                .timer()
                .count();
    }

    /** Waits until nobody is registered, nothing is held and nothing is left to tell. */
    void awaitNothingLeft() {
        eventually()
                .untilAsserted(() -> {
                    assertThat(table.size()).isZero();
                    assertThat(service().ledgers()).isZero();
                    for (Notifier bean : beans) {
                        assertThat(bean.calls().held()).as(bean.name()).isZero();
                        assertThat(TestNotifiers.permits(bean).availablePermits())
                                .as("permits of %s", bean.name())
                                .isEqualTo(bean.maxConcurrentCalls());
                    }
                });
    }

    @Override
    public void close() {
        limits.close();
    }
}
