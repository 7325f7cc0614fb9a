package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;

import dev.frontdoor.invocation.CallKind;
import dev.frontdoor.invocation.CallOutcome;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Many workers act at random and at once, against notifiers that accept, reject, throw and exceed
 * their timeout. At every quiet point the last call to each notifier matches the last answer to its
 * worker. At the end no notifier holds a worker, and the meters add up.
 *
 * <p>{@code -Dseed=N} repeats the operations of a failed run, but not their interleaving.
 */
class RandomizedRegistrationTests {

    private static final int WORKERS = 120;
    private static final int PHASES = 4;
    private static final int OPERATIONS = 12;

    /** Short, so that a run has thousands of overruns. */
    private static final Duration LIMIT = Duration.ofMillis(40);

    /** How many calls each notifier may have at once. The third ignores failures. */
    private static final int[] PERMITS = {64, 12, 64, 24};

    private static final int ONLY_TOLD = 2;

    private final Logger log =
            (Logger) LoggerFactory.getLogger(RegistrationService.class.getPackageName());

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final List<ContractCheckingNotifier> notifiers = new ArrayList<>();
    @AutoClose private final RegistrationFixture fixture = RegistrationFixture.inRealTime();

    @BeforeEach
    void scriptedFailuresAreNotLogged() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void whatComesAfterIsLogged() {
        log.setLevel(null);
    }

    @Test
    void notifiersAndWorkersAreAlwaysToldTheSame() throws Exception {
        ConcurrentMap<String, Integer> lastAsked = new ConcurrentHashMap<>();
        for (int i = 0; i < PERMITS.length; i++) {
            ContractCheckingNotifier notifier =
                    new ContractCheckingNotifier(i, PERMITS.length, faults, lastAsked, this::shown);
            notifiers.add(notifier);
            OnFailure onFailure = i == ONLY_TOLD ? OnFailure.IGNORE : OnFailure.REJECT;
            fixture.add(name(i), notifier, RegistrationFixture.bean(LIMIT, PERMITS[i], onFailure));
        }
        SplittableRandom random = new SplittableRandom(seed);
        List<Driver> drivers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            drivers.add(new Driver(random.split()));
        }

        for (int phase = 0; phase < PHASES; phase++) {
            runAll(drivers);
            for (Driver driver : drivers) {
                RegistrationFixture.eventually().untilAsserted(driver::checkAgreement);
            }
            assertThat(faults).as("seed %d", seed).isEmpty();
        }
        drivers.forEach(driver -> driver.worker.end());

        fixture.awaitNothingLeft();
        checkSums();
    }

    private static void runAll(List<Driver> drivers) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (Driver driver : drivers) {
                running.add(threads.submit(driver::operate));
            }
            for (Future<?> driver : running) {
                Object _ =
                        driver.get(2 * RegistrationFixture.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    private void checkSums() {
        assertThat(faults).as("seed %d", seed).isEmpty();
        for (int i = 0; i < notifiers.size(); i++) {
            ContractCheckingNotifier notifier = notifiers.get(i);
            long ends = notifier.ends.sum();
            assertThat(notifier.admissions.sum()).as("seed %d, %d", seed, i).isPositive();
            assertThat(
                            fixture.calls(name(i), CallKind.ADMITTED)
                                    - fixture.calls(name(i), CallKind.ADMITTED, CallOutcome.PASSED))
                    .as("admitted calls of notifier %d, seed %d", i, seed)
                    .isGreaterThanOrEqualTo(notifier.admissions.sum());
            assertThat(notifier.registeredReturns.sum()).as("seed %d, %d", seed, i).isEqualTo(ends);
            assertThat(
                            fixture.calls(name(i), CallKind.REGISTERED, CallOutcome.RETURNED)
                                    + fixture.calls(name(i), CallKind.REGISTERED, CallOutcome.LATE))
                    .as("registered calls of notifier %d that returned, seed %d", i, seed)
                    .isEqualTo(ends);
            assertThat(fixture.calls(name(i), CallKind.UNREGISTERED))
                    .as("unregistered calls of notifier %d, seed %d", i, seed)
                    .isEqualTo(ends);
        }
        long decided = 0;
        for (RegistrationOutcome outcome : RegistrationOutcome.values()) {
            if (outcome != RegistrationOutcome.DEFERRED) {
                assertThat(fixture.decided(outcome)).as("%s, seed %d", outcome, seed).isPositive();
            }
            decided += fixture.decided(outcome);
        }
        assertThat(decided).as("seed %d", seed).isEqualTo(fixture.registrations().sum());
    }

    /** What the table shows of a worker; null if it has ended. */
    private @Nullable String shown(long pid) {
        LiveWorker live = fixture.table().find(pid).orElse(null);
        if (live == null && !fixture.hasEnded(pid)) {
            faults.add("the table does not show pid %d, which was admitted".formatted(pid));
        }
        return live == null ? null : live.registration().identity();
    }

    private static String name(int index) {
        return "notifier-" + index;
    }

    /** Uses one connection after the other, each until it ends. */
    private final class Driver {

        private final SplittableRandom random;
        private LinkedWorker worker = fixture.worker();
        private int attempts;

        /** The identity in force by the last answer to the worker; null if none. */
        private @Nullable WorkerRegistration inForce;

        Driver(SplittableRandom random) {
            this.random = random;
        }

        void operate() {
            for (int i = 0; i < OPERATIONS; i++) {
                if (worker.hasEnded()) {
                    worker = fixture.worker();
                    inForce = null;
                }
                switch (random.nextInt(12)) {
                    case 0 -> worker.end();
                    case 1 -> {
                        boolean _ = worker.publish("progress");
                    }
                    case 2 -> register(true);
                    default -> register(false);
                }
            }
        }

        private void register(boolean leaving) {
            WorkerRegistration registration =
                    Registrations.of("%d/%d".formatted(worker.pid(), attempts++))
                            .node(ContractCheckingNotifier.behaviour(random, PERMITS.length))
                            .build();
            CompletableFuture<Decision> decided = worker.registering(registration);
            if (leaving) {
                leaveSoon(decided);
            }
            Decision decision = decisionOf(decided);
            if (decision.equals(ACCEPTED)) {
                inForce = registration;
                checkAccepted(registration);
            }
        }

        private void leaveSoon(CompletableFuture<Decision> decided) {
            try {
                Decision _ = decided.get(random.nextInt(60_000), TimeUnit.MICROSECONDS);
            } catch (TimeoutException _) {
                // The worker leaves before the decision.
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
            worker.end();
        }

        private void checkAccepted(WorkerRegistration registration) {
            for (int i = 0; i < notifiers.size(); i++) {
                if (i != ONLY_TOLD
                        && !ContractCheckingNotifier.agrees(registration, i)
                        && !ContractCheckingNotifier.passes(registration, i)) {
                    faults.add("accepted against notifier %d: %s".formatted(i, registration));
                }
            }
        }

        void checkAgreement() {
            WorkerRegistration told = worker.hasEnded() ? null : inForce;
            LiveWorker live = fixture.table().find(worker.pid()).orElse(null);
            assertThat(live == null ? null : live.registration())
                    .as("in the table, seed %d", seed)
                    .isEqualTo(told);
            for (int i = 0; i < notifiers.size(); i++) {
                boolean holder = live != null && live.holders().contains(name(i));
                if (told != null && i != ONLY_TOLD) {
                    assertThat(holder).isEqualTo(!ContractCheckingNotifier.passes(told, i));
                }
                assertThat(notifiers.get(i).isCalled(worker.pid())).isFalse();
                assertThat(notifiers.get(i).held(worker.pid()))
                        .as("pid %d at notifier %d, seed %d", worker.pid(), i, seed)
                        .isEqualTo(told == null || !holder ? null : told.identity());
            }
        }
    }
}
