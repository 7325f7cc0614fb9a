package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** What becomes of a worker whose identity another connection has. */
@BothTransports
class DuplicateIdentityIntegrationTests {

    @Nested
    @FrontDoorTest
    class Allowed {

        private final ServerUnderTest server;
        private final Workers workers;

        Allowed(ServerUnderTest server, Workers workers) {
            this.server = server;
            this.workers = workers;
        }

        @Test
        void bothAreServed() throws Exception {
            String identity = server.newIdentity();
            try (TestWorker older = server.register(identity);
                    TestWorker newer = server.register(identity)) {
                older.expectNothing();
                newer.expectNothing();
                assertThat(workers.list(WorkerFilter.identity(identity))).hasSize(2);
            }
            server.expectNobody();
        }
    }

    @Nested
    @FrontDoorTest("frontdoor.duplicate-identity=reject")
    class Rejected {

        private final ServerUnderTest server;
        private final ScriptedNotifier firstNotifier;

        Rejected(
                ServerUnderTest server,
                @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
            this.server = server;
            this.firstNotifier = firstNotifier;
        }

        @AfterEach
        void nobodyIsLeft() {
            server.expectNobody();
        }

        @Test
        void newerOneIsRejectedUntilTheOlderIsGone() throws Exception {
            String identity = server.newIdentity();
            try (TestWorker older = server.register(identity);
                    TestWorker newer = server.connect()) {
                long pid = firstNotifier.pidOf(identity);
                expectRejected(newer, identity, pid);
                assertThat(firstNotifier.pidOf(identity)).isEqualTo(pid);
                older.expectNothing();
                older.disconnect();
                ServerUnderTest.eventually(() ->
                        assertThat(newer.register(TestWorker.registration(identity)))
                                .isEqualTo(WorkerRegisterAck.ACCEPTED));
            }
        }

        @Test
        void otherTaskQueueOrNamespacesMakeAnotherWorker() throws Exception {
            String identity = server.newIdentity();
            try (TestWorker _ = server.register(identity);
                    TestWorker otherQueue = server.connect();
                    TestWorker otherNamespaces = server.connect();
                    TestWorker sameInAnotherOrder = server.connect()) {
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
            String identity = server.newIdentity();
            try (TestWorker worker = server.register(identity)) {
                assertThat(worker.register(TestWorker.registration(identity)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
            }
        }

        @Test
        void identityThatWasGivenUpForAnotherIsFree() throws Exception {
            String earlier = server.newIdentity();
            String later = server.newIdentity();
            try (TestWorker first = server.register(earlier);
                    TestWorker second = server.connect()) {
                assertThat(first.register(TestWorker.registration(later)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                assertThat(second.register(TestWorker.registration(earlier)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                expectRejected(second, later, firstNotifier.pidOf(later));
            }
        }

        @Test
        void refusedReplacementKeepsTheOldIdentityAndFreesTheNew() throws Exception {
            String earlier = server.newIdentity();
            String later = server.newIdentity();
            firstNotifier.about(later, (_, _) -> reject());
            try (TestWorker first = server.register(earlier);
                    TestWorker second = server.connect()) {
                long pid = firstNotifier.pidOf(earlier);
                assertThat(first.register(TestWorker.registration(later)))
                        .isEqualTo(WorkerRegisterAck.rejected("no"));
                firstNotifier.about(later, (_, _) -> {});
                expectRejected(second, earlier, pid);
                assertThat(second.register(TestWorker.registration(later)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
            }
        }

        @Test
        void rejectedWorkerDoesNotKeepTheIdentity() throws Exception {
            String identity = server.newIdentity();
            firstNotifier.about(identity, (_, _) -> reject());
            try (TestWorker first = server.connect();
                    TestWorker second = server.connect()) {
                assertThat(first.register(TestWorker.registration(identity)))
                        .isEqualTo(WorkerRegisterAck.rejected("no"));
                firstNotifier.about(identity, (_, _) -> {});
                assertThat(second.register(TestWorker.registration(identity)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
            }
        }

        @Test
        void impostorThatIsBeingDecidedBlocksNobody() throws Exception {
            String identity = server.newIdentity();
            AtomicLong impostorPid = new AtomicLong();
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch decide = new CountDownLatch(1);
            firstNotifier.about(
                    identity,
                    (pid, _) -> {
                        if (impostorPid.compareAndSet(0, pid)) {
                            asked.countDown();
                            ServerUnderTest.awaitLatch(decide);
                        }
                    });
            try (TestWorker impostor = server.connect();
                    TestWorker good = server.connect()) {
                impostor.send(new WorkerRegister(0, TestWorker.registration(identity)));
                ServerUnderTest.awaitLatch(asked);
                assertThat(good.register(TestWorker.registration(identity)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                long goodPid = firstNotifier.pidOf(identity);

                decide.countDown();
                impostor.expectRejected(
                        "identity '%s' is registered already, as pid %d"
                                .formatted(identity, goodPid));
                good.expectNothing();
                ServerUnderTest.eventually(() ->
                        assertThat(firstNotifier.held())
                                .contains(goodPid)
                                .doesNotContain(impostorPid.get()));
            } finally {
                decide.countDown();
            }
        }

        @RepeatedTest(10)
        void ofManyNewcomersAtOnceOneIsAccepted() throws Exception {
            String identity = server.newIdentity();
            List<TestWorker> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                all.add(server.connect());
            }
            for (TestWorker worker : all) {
                worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            }
            int accepted = 0;
            for (TestWorker worker : all) {
                String reason = worker.expect(WorkerRegisterAck.class).rejection();
                if (reason == null) {
                    accepted++;
                } else {
                    assertThat(reason).contains("is registered already");
                }
            }
            assertThat(accepted).isOne();
            assertThat(all).allMatch(TestWorker::isOpen);
            all.forEach(TestWorker::close);
        }

        private static void expectRejected(TestWorker worker, String identity, long pid) {
            assertThat(worker.register(TestWorker.registration(identity)))
                    .isEqualTo(
                            WorkerRegisterAck.rejected(
                                    "identity '%s' is registered already, as pid %d"
                                            .formatted(identity, pid)));
        }
    }

    @Nested
    @FrontDoorTest("frontdoor.duplicate-identity=replace")
    @ExtendWith(LoggedOutputExtension.class)
    class Replaced {

        private final ServerUnderTest server;
        private final Workers workers;
        private final ScriptedNotifier firstNotifier;

        Replaced(
                ServerUnderTest server,
                Workers workers,
                @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
            this.server = server;
            this.workers = workers;
            this.firstNotifier = firstNotifier;
        }

        @AfterEach
        void nobodyIsLeft() {
            server.expectNobody();
        }

        @Test
        void olderOneIsClosedOnceTheNewerIsAccepted() throws Exception {
            String identity = server.newIdentity();
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch decide = new CountDownLatch(1);
            try (TestWorker older = server.register(identity);
                    TestWorker newer = server.connect()) {
                firstNotifier.about(
                        identity,
                        (_, _) -> {
                            asked.countDown();
                            ServerUnderTest.awaitLatch(decide);
                        });
                newer.send(new WorkerRegister(0, TestWorker.registration(identity)));
                ServerUnderTest.awaitLatch(asked);
                older.expectNothing();

                decide.countDown();
                newer.expectAccepted();
                assertThat(older.expectClose(4501).reason())
                        .isEqualTo("replaced by a newer worker of the same identity");
                assertThat(pidsOf(identity)).containsExactly(firstNotifier.pidOf(identity));
            } finally {
                decide.countDown();
            }
        }

        @Test
        void impostorThatIsRejectedHarmsNobody() throws Exception {
            String identity = server.newIdentity();
            try (TestWorker good = server.register(identity);
                    TestWorker impostor = server.connect()) {
                firstNotifier.about(identity, (_, _) -> reject());
                for (int i = 0; i < 5; i++) {
                    assertThat(impostor.register(TestWorker.registration(identity)))
                            .isEqualTo(WorkerRegisterAck.rejected("no"));
                }
                good.expectNothing();
                assertThat(pidsOf(identity)).hasSize(1);
            }
        }

        @RepeatedTest(10)
        void ofManyNewerAtOnceOneStays() throws Exception {
            String identity = server.newIdentity();
            List<TestWorker> all = new ArrayList<>();
            all.add(server.register(identity));
            for (int i = 0; i < 5; i++) {
                all.add(server.connect());
            }
            all.subList(1, all.size())
                    .forEach(worker ->
                            worker.send(new WorkerRegister(0, TestWorker.registration(identity))));
            ServerUnderTest.eventually(() -> {
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

        @RepeatedTest(10)
        void workersThatSwapIdentitiesAtOnceDoNotWaitForEachOtherForEver() throws Exception {
            String one = server.newIdentity();
            String two = server.newIdentity();
            try (TestWorker first = server.register(one);
                    TestWorker second = server.register(two)) {
                first.send(new WorkerRegister(0, TestWorker.registration(two)));
                sendUnlessReplaced(second, new WorkerRegister(0, TestWorker.registration(one)));
                ServerUnderTest.eventually(() -> {
                    assertThat(List.of(first.isOpen(), second.isOpen())).contains(false);
                    assertThat(
                                    server.sum(
                                            "frontdoor.notifier.held",
                                            "notifier",
                                            TestApplication.FIRST))
                            .isEqualTo(pidsOf(one).size() + pidsOf(two).size());
                });
            }
            server.expectNobody();
            try (TestWorker _ = server.register(one);
                    TestWorker _ = server.register(two)) {
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
            String earlier = server.newIdentity();
            String later = server.newIdentity();
            try (TestWorker first = server.register(earlier);
                    TestWorker second = server.connect()) {
                first.register(TestWorker.registration(later));
                assertThat(second.register(TestWorker.registration(earlier)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                first.expectNothing();
            }
        }

        @Test
        void refusedReplacementKeepsTheOldIdentity() throws Exception {
            String earlier = server.newIdentity();
            String later = server.newIdentity();
            firstNotifier.about(later, (_, _) -> reject());
            try (TestWorker first = server.register(earlier);
                    TestWorker second = server.connect();
                    TestWorker third = server.connect()) {
                assertThat(first.register(TestWorker.registration(later)))
                        .isEqualTo(WorkerRegisterAck.rejected("no"));
                firstNotifier.about(later, (_, _) -> {});
                assertThat(second.register(TestWorker.registration(later)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                first.expectNothing();
                third.register(TestWorker.registration(earlier));
                first.expectClose(4501);
                second.expectNothing();
            }
        }

        @Test
        void workersThatReplaceEachOtherWithoutEndAreDamped(CapturedOutput output)
                throws Exception {
            String identity = server.newIdentity();
            TestWorker owner = server.register(identity);
            int accepted = 0;
            try (TestWorker bystander = server.register(server.newIdentity())) {
                for (int i = 0; i < 30; i++) {
                    TestWorker newcomer = server.connect();
                    String reason =
                            newcomer.register(TestWorker.registration(identity)).rejection();
                    if (reason == null) {
                        accepted++;
                        owner.expectClose(4501);
                        owner.close();
                        owner = newcomer;
                    } else {
                        assertThat(reason)
                                .matches(
                                        "identity '%s' was replaced 5 times within 60 s; retry in"
                                                        .formatted(identity)
                                                + " [0-9]+ s");
                        newcomer.close();
                    }
                }
                owner.expectNothing();
                bystander.expectNothing();
            }
            assertThat(accepted).isEqualTo(5);
            assertThat(pidsOf(identity)).hasSize(1);
            owner.close();
            ServerUnderTest.eventually(() ->
                    assertThat(output.toString().lines())
                            .filteredOn(line -> line.contains("was replaced 5 times"))
                            .filteredOn(line -> line.contains("newcomers are rejected"))
                            .hasSize(1));
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
