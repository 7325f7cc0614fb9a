package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.event.Event;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.event.RecordedEvent;
import dev.frontdoor.invocation.CallKind;
import dev.frontdoor.invocation.CallOutcome;
import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.NotifierProperties;
import dev.frontdoor.invocation.NotifierProperties.Bean;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.invocation.NotifierProperties.Unmatched;
import dev.frontdoor.invocation.Sampler;
import dev.frontdoor.invocation.TestNotifiers;
import dev.frontdoor.invocation.thread.TestTime;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.IdentityClaims;
import dev.frontdoor.registration.settings.DuplicateIdentity;
import dev.frontdoor.registration.settings.LimitProperties;
import dev.frontdoor.test.server.SettingsBinder;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;

import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A registration service with the notifiers of a test. This is the only place that constructs one.
 * Notifiers are added before the first worker.
 */
public final class RegistrationFixture implements AutoCloseable {

    /** The bound of every wait. */
    public static final Duration MAX_WAIT = TestTime.MAX_WAIT;

    /** A timeout that no call exceeds. */
    static final Duration LONG = Duration.ofSeconds(30);

    /** The timeout of a notifier that exceeds it in a test. */
    static final Duration SHORT = Duration.ofMillis(300);

    /** The time for a decision, unless a test sets another. */
    private static final Duration DECISION_TIMEOUT = LONG.multipliedBy(2);

    public static final Bean LONG_TIMEOUT = bean(LONG, 64, OnFailure.REJECT);
    static final Bean SHORT_TIMEOUT = bean(SHORT, 64, OnFailure.REJECT);

    /** The time between two probes of a suspended notifier. */
    static final Duration PROBE_INTERVAL = Duration.ofSeconds(5);

    static final Bean SHORT_TIMEOUT_IGNORED = bean(SHORT, 64, OnFailure.IGNORE);
    static final Bean SHORT_TIMEOUT_ONE_PERMIT = bean(SHORT, 1, OnFailure.REJECT);
    static final Bean LONG_TIMEOUT_ONE_PERMIT = bean(LONG, 1, OnFailure.REJECT);

    private final History history = new History();
    private MeterRegistry meters = new SimpleMeterRegistry();
    private final ObservationRegistry observations = ObservationRegistry.create();
    private final Ledgers ledgers = new Ledgers();
    private final TestTime time = new TestTime();
    private final Clock clock;
    private final EventLog events;
    private final LiveTable table;
    private final Timeouts timeouts;
    private final Bans bans;
    private final List<Notifier> beans = new ArrayList<>();
    private final AtomicLong pids = new AtomicLong();
    private final Map<Long, LinkedWorker> workers = new ConcurrentHashMap<>();
    private final LongAdder registrations = new LongAdder();
    private Unmatched unmatched = Unmatched.REJECT;
    private DuplicateIdentity duplicates = DuplicateIdentity.ALLOW;
    private @Nullable IdentityClaims fleet;
    private MemoryBudget memory = new MemoryBudget(Integer.MAX_VALUE);
    private int perSecond;
    private int queue;
    private Duration decisionTimeout = DECISION_TIMEOUT;
    private int maxFailuresInARow = Integer.MAX_VALUE;
    private @Nullable RegistrationService service;

    /** A service whose time passes only when the test says so. */
    public RegistrationFixture() {
        this(null);
    }

    private RegistrationFixture(@Nullable Clock real) {
        clock = real == null ? time : real;
        timeouts = real == null ? new Timeouts(time) : Timeouts.onOwnThread();
        events = new EventLog(1000, 1 << 20, clock);
        table = new LiveTable(events);
        bans = new Bans(table, clock, "test", null);
    }

    /** A service in real time. */
    static RegistrationFixture inRealTime() {
        return new RegistrationFixture(Clock.SYSTEM);
    }

    /** The events so far. */
    public List<Event> events() {
        return Objects.requireNonNull(events.after(0, 1000)).stream()
                .map(RecordedEvent::event)
                .toList();
    }

    /** Waits for an effect on another thread. */
    public static ConditionFactory eventually() {
        return await().atMost(MAX_WAIT).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
    }

    static Bean bean(Duration timeout, int permits, OnFailure onFailure) {
        return new Bean(true, timeout, permits, permits, onFailure, TestNotifiers.EVERYTHING);
    }

    /** Adds a notifier with a long timeout at the end of the order. */
    ScriptedNotifier notifier(String name) {
        return notifier(name, LONG_TIMEOUT);
    }

    ScriptedNotifier notifier(String name, Bean settings) {
        ScriptedNotifier notifier = new ScriptedNotifier(name, history);
        add(name, notifier, settings);
        return notifier;
    }

    /** Adds a notifier that follows acks. */
    AdmittedNotifier following(String name, Bean settings) {
        AdmittedNotifier notifier = new AdmittedNotifier(name, history);
        add(name, notifier, settings);
        return notifier;
    }

    public void add(String name, ConnectionNotifier notifier, Bean settings) {
        assertThat(service).as("notifiers come before workers").isNull();
        NotifierProperties general =
                new NotifierProperties(
                        List.of(),
                        List.of(),
                        Unmatched.REJECT,
                        LONG,
                        64,
                        64,
                        maxFailuresInARow,
                        PROBE_INTERVAL,
                        Map.of());
        beans.add(
                TestNotifiers.notifier(
                        name, notifier, general, settings, meters, sampler(), clock));
    }

    void unmatched(Unmatched unmatched) {
        this.unmatched = unmatched;
    }

    /** Before the first notifier. */
    void meters(MeterRegistry meters) {
        this.meters = meters;
    }

    void duplicates(DuplicateIdentity policy) {
        this.duplicates = policy;
    }

    /** Makes identities unique beyond this instance. */
    void fleet(IdentityClaims claims) {
        this.fleet = claims;
    }

    void rateLimit(int perSecond, int queue) {
        this.perSecond = perSecond;
        this.queue = queue;
    }

    /** The budget of all registrations. */
    void memory(MemoryBudget memory) {
        this.memory = memory;
    }

    void decisionTimeout(Duration timeout) {
        this.decisionTimeout = timeout;
    }

    /** Failures in a row that suspend the notifiers added afterwards. */
    void maxFailuresInARow(int failures) {
        this.maxFailuresInARow = failures;
    }

    /** Runs an action on the thread that stops an observation, before it stops. */
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
            RefusalLog refusals =
                    new RefusalLog(
                            new RepeatedLines((delay, action) -> {
                                var _ = timeouts.after(delay, action);
                            }));
            service =
                    new RegistrationService(
                            new RegistrationAdmission(
                                    new RegistrationRules(
                                            SettingsBinder.bind(LimitProperties.class, Map.of())),
                                    new PrincipalRules(false),
                                    new RegistrationsPerPrincipal(0, clock),
                                    new RegistrationMemory(memory)),
                            new RegistrationPolicy(
                                    beans,
                                    unmatched,
                                    bans,
                                    new Identities(duplicates, fleet, refusals, events, clock),
                                    new RegistrationRateLimiter(perSecond, queue, clock),
                                    decisionTimeout),
                            table,
                            new RegistrationMetrics(meters, sampler(), table),
                            new RegistrationLog(refusals, events),
                            ledgers,
                            timeouts,
                            clock);
        }
        return service;
    }

    LinkedWorker worker() {
        RegistrationService _ = service();
        LinkedWorker worker = new LinkedWorker(pids.incrementAndGet(), this);
        workers.put(worker.pid(), worker);
        return worker;
    }

    /** Whether a worker has ended, or is about to. */
    boolean hasEnded(long pid) {
        return Objects.requireNonNull(workers.get(pid)).isEnding();
    }

    History history() {
        return history;
    }

    /** How many registrations workers have sent. */
    LongAdder registrations() {
        return registrations;
    }

    public Bans bans() {
        return bans;
    }

    public LiveTable table() {
        return table;
    }

    public Ledgers ledgers() {
        return ledgers;
    }

    public MeterRegistry meters() {
        return meters;
    }

    public Sampler sampler() {
        return new Sampler(observations, clock);
    }

    public Timeouts timeouts() {
        return timeouts;
    }

    /** The time of this service, unless it is real. */
    public TestTime time() {
        return time;
    }

    /** Lets the timeouts that are {@link #SHORT} expire until a condition holds. */
    void advanceUntil(BooleanSupplier condition) {
        eventually()
                .until(() -> {
                    time.advance(SHORT);
                    return condition.getAsBoolean();
                });
    }

    ObservationRegistry observations() {
        return observations;
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
                meters.find("frontdoor.notifier.calls")
                        .tag("notifier", notifier)
                        .tag("callback", callback.label())
                        .tag("outcome", outcome.label())
                        .timer();
        return timer == null ? 0 : timer.count();
    }

    long calls(String notifier, CallKind callback) {
        long calls = 0;
        for (CallOutcome outcome : CallOutcome.values()) {
            calls += outcome == CallOutcome.LATE ? 0 : calls(notifier, callback, outcome);
        }
        return calls;
    }

    /** How many registrations had this outcome. */
    long decided(RegistrationOutcome outcome) {
        return meters.get("frontdoor.registrations")
                .tag("outcome", outcome.label())
                .timer()
                .count();
    }

    /** Waits until no worker is registered, no notifier holds one, and no call is pending. */
    void awaitNothingLeft() {
        eventually()
                .untilAsserted(() -> {
                    assertThat(table.size()).isZero();
                    assertThat(service().ledgerCount()).isZero();
                    assertThat(memory.used()).isZero();
                    for (Notifier bean : beans) {
                        assertThat(bean.calls().held()).as(bean.name()).isZero();
                        assertThat(TestNotifiers.busyThreads(bean))
                                .as("busy threads of %s", bean.name())
                                .isZero();
                        assertThat(TestNotifiers.waiting(bean))
                                .as("pids that wait for %s", bean.name())
                                .isZero();
                    }
                });
    }

    @Override
    public void close() {
        timeouts.close();
    }
}
