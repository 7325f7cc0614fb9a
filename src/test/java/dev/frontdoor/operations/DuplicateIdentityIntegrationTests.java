package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.Door;
import dev.frontdoor.test.server.House;
import dev.frontdoor.test.server.ScriptedNotifier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** What becomes of a worker whose identity another connection has. */
class DuplicateIdentityIntegrationTests {

    @Nested
    @DoorWith
    class Allowed {

        private final Door door;
        private final Workers workers;

        Allowed(Door door, Workers workers) {
            this.door = door;
            this.workers = workers;
        }

        @Test
        void bothAreServed() throws Exception {
            String identity = door.newIdentity();
            try (TestWorker older = door.register(identity);
                    TestWorker newer = door.register(identity)) {
                older.expectNothing();
                newer.expectNothing();
                assertThat(workers.list(WorkerFilter.identity(identity))).hasSize(2);
            }
            door.expectNobody();
        }
    }

    @Nested
    @DoorWith("frontdoor.duplicate-identity=reject")
    class Rejected {

        private final Door door;
        private final ScriptedNotifier porter;

        Rejected(Door door, @Qualifier(House.PORTER) ScriptedNotifier porter) {
            this.door = door;
            this.porter = porter;
        }

        @AfterEach
        void nobodyIsLeft() {
            door.expectNobody();
        }

        @Test
        void newerOneIsRejectedUntilTheOlderIsGone() throws Exception {
            String identity = door.newIdentity();
            try (TestWorker older = door.register(identity);
                    TestWorker newer = door.connect()) {
                long pid = porter.pidOf(identity);
                expectRejected(newer, identity, pid);
                assertThat(porter.pidOf(identity)).isEqualTo(pid);
                older.expectNothing();
                older.disconnect();
                Door.soon(() ->
                        assertThat(newer.register(TestWorker.registration(identity)))
                                .isEqualTo(WorkerRegisterAck.ACCEPTED));
            }
        }

        @Test
        void otherTaskQueueOrNamespacesMakeAnotherWorker() throws Exception {
            String identity = door.newIdentity();
            try (TestWorker _ = door.register(identity);
                    TestWorker otherQueue = door.connect();
                    TestWorker otherNamespaces = door.connect();
                    TestWorker sameInAnotherOrder = door.connect()) {
                assertThat(
                                otherQueue.register(
                                        Registrations.of(identity).taskQueue("other").build()))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                assertThat(
                                otherNamespaces.register(
                                        Registrations.of(identity).namespaces("a", "b").build()))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                assertThat(
                                sameInAnotherOrder.register(
                                        Registrations.of(identity).namespaces("b", "a").build()))
                        .isNotEqualTo(WorkerRegisterAck.ACCEPTED);
            }
        }

        @Test
        void workerMayRegisterAgainUnderItsOwnIdentity() throws Exception {
            String identity = door.newIdentity();
            try (TestWorker worker = door.register(identity)) {
                assertThat(worker.register(TestWorker.registration(identity)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
            }
        }

        @Test
        void identityThatWasGivenUpForAnotherIsFree() throws Exception {
            String earlier = door.newIdentity();
            String later = door.newIdentity();
            try (TestWorker first = door.register(earlier);
                    TestWorker second = door.connect()) {
                assertThat(first.register(TestWorker.registration(later)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                assertThat(second.register(TestWorker.registration(earlier)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                expectRejected(second, later, porter.pidOf(later));
            }
        }

        @Test
        void refusedReplacementKeepsTheOldIdentityAndFreesTheNew() throws Exception {
            String earlier = door.newIdentity();
            String later = door.newIdentity();
            porter.about(later, (_, _) -> reject());
            try (TestWorker first = door.register(earlier);
                    TestWorker second = door.connect()) {
                long pid = porter.pidOf(earlier);
                assertThat(first.register(TestWorker.registration(later)))
                        .isEqualTo(WorkerRegisterAck.rejected("no"));
                porter.about(later, (_, _) -> {});
                expectRejected(second, earlier, pid);
                assertThat(second.register(TestWorker.registration(later)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
            }
        }

        @Test
        void rejectedWorkerDoesNotKeepTheIdentity() throws Exception {
            String identity = door.newIdentity();
            porter.about(identity, (_, _) -> reject());
            try (TestWorker first = door.connect();
                    TestWorker second = door.connect()) {
                assertThat(first.register(TestWorker.registration(identity)))
                        .isEqualTo(WorkerRegisterAck.rejected("no"));
                porter.about(identity, (_, _) -> {});
                assertThat(second.register(TestWorker.registration(identity)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
            }
        }

        private static void expectRejected(TestWorker worker, String identity, long pid) {
            assertThat(worker.register(TestWorker.registration(identity)))
                    .isEqualTo(
                            WorkerRegisterAck.rejected(
                                    "identity '%s' is registered already, as pid %d"
                                            .formatted(identity, pid)));
        }
    }

    /**
     * Notes the order of what it is told of each identity, and how many of one it holds at once.
     */
    static final class Witness implements ConnectionNotifier {

        private final List<String> told = new ArrayList<>();
        private final Map<Long, WorkerRegistration> held = new HashMap<>();
        private final List<String> twice = new ArrayList<>();
        private volatile CountDownLatch goodbye = new CountDownLatch(0);

        @Override
        public synchronized void onWorkerRegistered(long pid, WorkerRegistration registration) {
            told.add("registered " + pid);
            boolean known =
                    held.entrySet().stream()
                            .anyMatch(entry ->
                                    entry.getKey() != pid
                                            && entry.getValue()
                                                    .identity()
                                                    .equals(registration.identity()));
            if (known) {
                twice.add(registration.identity());
            }
            held.put(pid, registration);
        }

        @Override
        public void onWorkerUnregistered(long pid) {
            Door.awaitLatch(goodbye);
            synchronized (this) {
                told.add("unregistered " + pid);
                held.remove(pid);
            }
        }

        synchronized List<String> told() {
            return List.copyOf(told);
        }

        synchronized List<String> twice() {
            return List.copyOf(twice);
        }

        /** Makes it a bean that is told first. */
        @TestConfiguration(proxyBeanMethods = false)
        static class Configuration {

            @Bean
            @Order(0)
            Witness witness() {
                return new Witness();
            }
        }
    }

    @Nested
    @DoorWith({"frontdoor.duplicate-identity=replace", "frontdoor.notifiers.timeout=60s"})
    @Import(Witness.Configuration.class)
    class Replaced {

        private final Door door;
        private final Workers workers;
        private final ScriptedNotifier porter;
        private final Witness witness;

        Replaced(
                Door door,
                Workers workers,
                @Qualifier(House.PORTER) ScriptedNotifier porter,
                Witness witness) {
            this.door = door;
            this.workers = workers;
            this.porter = porter;
            this.witness = witness;
        }

        @AfterEach
        void nobodyIsLeftAndNobodyWasEverHeldTwice() {
            door.expectNobody();
            assertThat(witness.twice()).isEmpty();
        }

        @Test
        void olderOneIsClosedAndItsEndToldBeforeTheNewerIsOffered() throws Exception {
            String identity = door.newIdentity();
            CountDownLatch goodbye = new CountDownLatch(1);
            witness.goodbye = goodbye;
            try (TestWorker older = door.register(identity);
                    TestWorker newer = door.connect();
                    TestWorker other = door.connect()) {
                long olderPid = porter.pidOf(identity);
                newer.send(new WorkerRegister(0, TestWorker.registration(identity)));
                assertThat(older.expectClose(4501).reason())
                        .isEqualTo("replaced by a newer worker of the same identity");
                other.register(TestWorker.registration(door.newIdentity()));
                assertThat(porter.pidOf(identity)).isEqualTo(olderPid);

                goodbye.countDown();
                newer.expectAccepted();
                long newerPid = porter.pidOf(identity);
                assertThat(witness.told())
                        .containsSubsequence(
                                "registered " + olderPid,
                                "unregistered " + olderPid,
                                "registered " + newerPid);
                assertThat(pidsOf(identity)).containsExactly(newerPid);
            } finally {
                goodbye.countDown();
            }
        }

        @RepeatedTest(10)
        void ofManyNewerAtOnceOneStays() throws Exception {
            String identity = door.newIdentity();
            List<TestWorker> all = new ArrayList<>();
            all.add(door.register(identity));
            for (int i = 0; i < 6; i++) {
                all.add(door.connect());
            }
            all.subList(1, all.size())
                    .forEach(worker ->
                            worker.send(new WorkerRegister(0, TestWorker.registration(identity))));
            Door.soon(() -> {
                assertThat(all.stream().filter(TestWorker::isOpen)).hasSize(1);
                assertThat(pidsOf(identity)).hasSize(1);
            });
            TestWorker last = all.stream().filter(TestWorker::isOpen).findAny().orElseThrow();
            last.expectAccepted();
            last.expectNothing();
            for (TestWorker worker : all) {
                if (worker != last) {
                    worker.expectClose(4501);
                }
                worker.close();
            }
        }

        @Test
        void oneThatVanishesWhileItIsDecidedIsToldOfBeforeTheNextIsOffered() throws Exception {
            String identity = door.newIdentity();
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch decide = new CountDownLatch(1);
            CountDownLatch goodbye = new CountDownLatch(1);
            witness.goodbye = goodbye;
            porter.about(
                    identity,
                    (_, _) -> {
                        asked.countDown();
                        Door.awaitLatch(decide);
                    });
            try (TestWorker first = door.connect();
                    TestWorker second = door.connect();
                    TestWorker other = door.connect()) {
                first.send(new WorkerRegister(0, TestWorker.registration(identity)));
                Door.awaitLatch(asked);
                double abandoned = door.sum("frontdoor.registrations", "outcome", "abandoned");
                first.vanish();
                Door.soon(() ->
                        assertThat(door.sum("frontdoor.connections", "state", "connected"))
                                .isEqualTo(2));
                decide.countDown();
                Door.soon(() ->
                        assertThat(door.sum("frontdoor.registrations", "outcome", "abandoned"))
                                .isEqualTo(abandoned + 1));

                second.send(new WorkerRegister(0, TestWorker.registration(identity)));
                other.register(TestWorker.registration(door.newIdentity()));
                goodbye.countDown();
                second.expectAccepted();
            } finally {
                decide.countDown();
                goodbye.countDown();
            }
        }

        @RepeatedTest(10)
        void workersThatSwapIdentitiesAtOnceDoNotWaitForEachOtherForEver() throws Exception {
            String one = door.newIdentity();
            String two = door.newIdentity();
            try (TestWorker first = door.register(one);
                    TestWorker second = door.register(two)) {
                first.send(new WorkerRegister(0, TestWorker.registration(two)));
                sendUnlessReplaced(second, new WorkerRegister(0, TestWorker.registration(one)));
                Door.soon(() -> {
                    assertThat(List.of(first.isOpen(), second.isOpen())).contains(false);
                    assertThat(door.sum("frontdoor.notifier.held", "notifier", House.PORTER))
                            .isEqualTo(pidsOf(one).size() + pidsOf(two).size());
                });
            }
            door.expectNobody();
            try (TestWorker _ = door.register(one);
                    TestWorker _ = door.register(two)) {
                assertThat(pidsOf(one)).hasSize(1);
                assertThat(pidsOf(two)).hasSize(1);
            }
        }

        private static void sendUnlessReplaced(TestWorker worker, WorkerRegister register) {
            try {
                worker.send(register);
            } catch (UncheckedIOException _) {
                assertThat(worker.isOpen()).isFalse();
            }
        }

        @Test
        void identityThatWasGivenUpForAnotherIsFree() throws Exception {
            String earlier = door.newIdentity();
            String later = door.newIdentity();
            try (TestWorker first = door.register(earlier);
                    TestWorker second = door.connect()) {
                first.register(TestWorker.registration(later));
                assertThat(second.register(TestWorker.registration(earlier)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                first.expectNothing();
            }
        }

        @Test
        void refusedReplacementKeepsTheOldIdentity() throws Exception {
            String earlier = door.newIdentity();
            String later = door.newIdentity();
            porter.about(later, (_, _) -> reject());
            try (TestWorker first = door.register(earlier);
                    TestWorker second = door.connect();
                    TestWorker third = door.connect()) {
                assertThat(first.register(TestWorker.registration(later)))
                        .isEqualTo(WorkerRegisterAck.rejected("no"));
                porter.about(later, (_, _) -> {});
                assertThat(second.register(TestWorker.registration(later)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                first.expectNothing();
                third.register(TestWorker.registration(earlier));
                first.expectClose(4501);
                second.expectNothing();
            }
        }

        private List<Long> pidsOf(String identity) {
            return workers.list(WorkerFilter.identity(identity)).stream()
                    .map(ConnectedWorker::pid)
                    .toList();
        }
    }

    private static void reject() {
        throw new RegistrationRejectedException("no");
    }
}
