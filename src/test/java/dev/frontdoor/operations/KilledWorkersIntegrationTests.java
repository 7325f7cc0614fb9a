package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.PermitsInUse;
import dev.frontdoor.notifier.AuthenticationException;
import dev.frontdoor.notifier.Authenticator;
import dev.frontdoor.notifier.Credentials;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.operations.KilledWorker.Moment;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.RegistrationService;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Workers that are killed at random moments of the handshake, of a frame, of the check of their
 * token and of the decision on their registration leave nothing. No time limit of a connection ends
 * within the test, so none hides a connection whose end was missed.
 *
 * <p>{@code -Dseed=N} repeats what they do, but not its interleaving. {@code -Dlong=true} kills
 * 10,000 over each transport.
 */
@BothTransports
@FrontDoorTest({
    "frontdoor.auth.timeout=2s",
    "frontdoor.notifiers.beans.second.timeout=2s",
    "frontdoor.limits.request-head-timeout=10m",
    "frontdoor.limits.http-timeout=10m",
    "frontdoor.limits.connect-timeout=10m",
    "frontdoor.limits.registration-timeout=0s",
    "frontdoor.limits.message-timeout=0s",
    "frontdoor.heartbeat.interval=0s",
    "frontdoor.duplicate-identity=replace",
    "frontdoor.limits.max-connections-per-principal=" + KilledWorkersIntegrationTests.LIMIT
})
@Import(KilledWorkersIntegrationTests.Application.class)
class KilledWorkersIntegrationTests {

    static final int LIMIT = 24;

    private static final int COUNT = Boolean.getBoolean("long") ? 10_000 : 500;
    private static final int AT_ONCE = 64;
    private static final int PRINCIPALS = 4;
    private static final int IDENTITIES = 200;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;
    private final ScriptedNotifier secondNotifier;
    private final RegistrationService registrations;
    private final KilledWorkers workers;

    KilledWorkersIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier,
            @Qualifier(TestApplication.SECOND) ScriptedNotifier secondNotifier,
            RegistrationService registrations,
            KilledWorkers workers) {
        this.server = server;
        this.firstNotifier = firstNotifier;
        this.secondNotifier = secondNotifier;
        this.registrations = registrations;
        this.workers = workers;
    }

    /** Log levels belong to the JVM, so they are restored after the tests. */
    @BeforeEach
    void sayNothing() {
        logOurs(LogLevel.OFF);
    }

    @AfterEach
    void sayAsMuchAsBefore() {
        logOurs(null);
    }

    private static void logOurs(@Nullable LogLevel level) {
        LoggingSystem.get(KilledWorkersIntegrationTests.class.getClassLoader())
                .setLogLevel("dev.frontdoor", level);
    }

    @Test
    void workersThatAreKilledAtRandomMomentsLeaveNothing() throws Exception {
        for (int i = 0; i < IDENTITIES; i++) {
            String identity = "killed-" + i;
            firstNotifier.about(identity, decision(KilledWorker::decideFirst));
            secondNotifier.about(identity, decision(KilledWorker::decideSecond));
        }
        double opened = server.sum("frontdoor.connections.opened");

        assertThat(killAll())
                .as("killed while it was under way, seed %s", seed)
                .containsKeys(Moment.HANDSHAKE, Moment.FRAME, Moment.CHECK, Moment.DECISION);

        server.expectNobody();
        assertThat(server.sum("frontdoor.connections.opened")).isGreaterThan(opened);
        server.expectSum(0, "frontdoor.authentication.checks");
        server.expectSum(0, "frontdoor.budget.used");
        server.expectSum(0, "frontdoor.tcp.connections");
        for (Notifier notifier : registrations.notifiers()) {
            ServerUnderTest.eventually(() ->
                    assertThat(PermitsInUse.of(notifier))
                            .as("permits of %s", notifier.name())
                            .isZero());
        }
        assertThat(
                        server.sum(
                                "frontdoor.notifier.calls",
                                "callback",
                                "unregistered",
                                "outcome",
                                "failed"))
                .as("pids whose end was told to a notifier that did not hold them, seed %s", seed)
                .isZero();
        for (int i = 0; i < PRINCIPALS; i++) {
            expectRoomUpToTheLimit("principal-" + i);
        }
        server.expectNobody();
    }

    /** How many were killed while what they were to be killed in was under way. */
    private Map<Moment, Integer> killAll() throws Exception {
        Map<Moment, Integer> underWay = new EnumMap<>(Moment.class);
        try (ExecutorService threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            Map<KilledWorker, Future<Boolean>> runs = new LinkedHashMap<>();
            for (int i = 0; i < COUNT; i++) {
                KilledWorker worker =
                        new KilledWorker(
                                i,
                                PRINCIPALS,
                                IDENTITIES,
                                server.transport(),
                                new SplittableRandom(seed + i));
                workers.add(i, worker);
                runs.put(worker, threads.submit(() -> worker.run(server)));
            }
            for (Map.Entry<KilledWorker, Future<Boolean>> run : runs.entrySet()) {
                if (run.getValue().get(10, TimeUnit.MINUTES)) {
                    underWay.merge(run.getKey().moment(), 1, Integer::sum);
                }
            }
        }
        return underWay;
    }

    private ScriptedNotifier.Script decision(Consumer<KilledWorker> decide) {
        return (_, registration) -> decide.accept(workers.of(registration));
    }

    private void expectRoomUpToTheLimit(String principal) throws Exception {
        List<TestWorker> connected = new ArrayList<>();
        try {
            for (int i = 0; i < LIMIT; i++) {
                TestWorker worker = server.connect();
                connected.add(worker);
                worker.send(KilledWorker.connect(principal));
                worker.expect(ConnectAck.class);
            }
            try (TestWorker further = server.connect()) {
                further.send(KilledWorker.connect(principal));
                further.expect(ConnectError.class);
                further.expectClose(4003);
            }
        } finally {
            connected.forEach(TestWorker::close);
        }
    }

    /** The killed workers by their number; also decides who they are. */
    static final class KilledWorkers implements Authenticator {

        private final Map<String, KilledWorker> byNumber = new ConcurrentHashMap<>();

        void add(int number, KilledWorker worker) {
            byNumber.put(String.valueOf(number), worker);
        }

        KilledWorker of(WorkerRegistration registration) {
            return Objects.requireNonNull(byNumber.get(registration.node()));
        }

        /** A token without a number is the name of its principal. */
        @Override
        public Principal authenticate(Credentials credentials) {
            String token = credentials.token();
            if (token == null) {
                throw new AuthenticationException("no token");
            }
            int slash = token.indexOf('/');
            return slash < 0
                    ? new Principal(token)
                    : Objects.requireNonNull(byNumber.get(token.substring(slash + 1))).check();
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Application {

        @Bean
        KilledWorkers killedWorkers() {
            return new KilledWorkers();
        }
    }
}
