package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;
import static dev.frontdoor.registration.LinkedWorker.failed;
import static dev.frontdoor.registration.LinkedWorker.rejected;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.NotifierMetrics;
import dev.frontdoor.invocation.NotifierProperties.Bean;
import dev.frontdoor.invocation.NotifierProperties.Match;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.invocation.NotifierProperties.Unmatched;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.test.Registrations;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Which notifiers are called, in which order, and what is decided. */
class RegistrationServiceTests {

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();

    @Test
    void withoutNotifiersEveryWorkerIsAccepted() {
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);

        LiveWorker live = fixture.table().find(worker.pid()).orElseThrow();
        assertThat(live.registration().identity()).isEqualTo("one");
        assertThat(live.holders()).isEmpty();
    }

    @Test
    void notifiersAreCalledInOrderAndReleasedInReverse() {
        fixture.notifier("a");
        fixture.notifier("b");
        fixture.notifier("c");
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);
        worker.end();

        fixture.history()
                .awaitExactly(
                        "a told 1 one",
                        "b told 1 one",
                        "c told 1 one",
                        "c told 1 gone",
                        "b told 1 gone",
                        "a told 1 gone");
        fixture.awaitNothingLeft();
    }

    @Test
    void longReasonOfANotifierIsTruncated() {
        fixture.notifier("a")
                .registering(_ -> {
                    throw new RegistrationRejectedException("\u00e9".repeat(3_000_000));
                });

        Decision decision = fixture.worker().register("one");

        assertThat(decision).isInstanceOf(Decision.Rejected.class);
        String reason = ((Decision.Rejected) decision).reason();
        assertThat(reason).isEqualTo("\u00e9".repeat(2046) + "...");
        assertThat(reason.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(4096);
    }

    @Test
    void notifierIsCalledOnPlatformThreadsOfItsOwnWithThePidInTheLogContext() {
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        Queue<String> pids = new ConcurrentLinkedQueue<>();
        for (String name : List.of("a", "b")) {
            fixture.notifier(name)
                    .registering(_ -> {
                        threads.add(Thread.currentThread());
                        pids.add(MDC.get("pid"));
                    });
        }

        assertThat(fixture.worker().register("one")).isEqualTo(ACCEPTED);

        assertThat(threads)
                .noneMatch(Thread::isVirtual)
                .allMatch(Thread::isDaemon)
                .extracting(Thread::getName)
                .containsExactly("notifier-a-1", "notifier-b-1");
        assertThat(pids).containsExactly("1", "1");
    }

    @Test
    void nextNotifierIsCalledOnlyAfterTheOneBeforeReturned() {
        Gate inside = new Gate();
        fixture.notifier("a").registering(_ -> inside.stay());
        fixture.notifier("b");
        CompletableFuture<Decision> decided = fixture.worker().registering("one");

        inside.awaitEntered();
        assertThat(fixture.history().events()).containsExactly("a told 1 one");
        assertThat(fixture.table().size()).isZero();
        assertThat(decided).isNotDone();
        inside.open();

        assertThat(decisionOf(decided)).isEqualTo(ACCEPTED);
        assertThat(fixture.history().events()).containsExactly("a told 1 one", "b told 1 one");
    }

    @Test
    void acceptedWorkerIsInTheTableWithItsHoldersBeforeTheDecision() {
        fixture.notifier("a");
        fixture.notifier("b").takingOnly("other");
        fixture.notifier("c");
        LinkedWorker worker = fixture.worker();
        CompletableFuture<List<String>> seen = new CompletableFuture<>();

        fixture.service()
                .register(
                        worker,
                        Registrations.of("one").build(),
                        _ -> seen.complete(fixture.table().find(1).orElseThrow().holders()));

        assertThat(seen).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(List.of("a", "c"));
    }

    @Test
    void rejectedWorkerNeverEntersTheTable() {
        fixture.notifier("a").registering(_ -> reject("no room"));
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(rejected("no room"));

        assertThat(fixture.table().size()).isZero();
        assertThat(fixture.bean("a").calls().held()).isZero();
        worker.end();
        fixture.awaitNothingLeft();
        fixture.history().awaitExactly("a told 1 one");
    }

    @Test
    void rejectionUndoesTheAcceptedCallsInReverseBeforeTheDecision() {
        fixture.notifier("a");
        fixture.notifier("b");
        fixture.notifier("c").registering(_ -> reject("no"));
        fixture.notifier("d");

        assertThat(fixture.worker().register("one")).isEqualTo(rejected("no"));

        assertThat(fixture.history().events())
                .containsExactly(
                        "a told 1 one",
                        "b told 1 one",
                        "c told 1 one",
                        "b told 1 gone",
                        "a told 1 gone");
    }

    @Test
    void identityOfMoreThan992BytesIsRejectedBeforeAnyNotifierIsCalled() {
        fixture.notifier("a");
        String longest = "é".repeat(496);

        assertThat(fixture.worker().register(longest)).isEqualTo(ACCEPTED);
        assertThat(fixture.worker().register(longest + "x"))
                .isEqualTo(rejected("identity has 993 bytes of UTF-8; at most 992 are allowed"));
        assertThat(fixture.worker().register("x".repeat(989) + "😀"))
                .isEqualTo(rejected("identity has 993 bytes of UTF-8; at most 992 are allowed"));
        assertThat(fixture.worker().register("x".repeat(990) + "€"))
                .isEqualTo(rejected("identity has 993 bytes of UTF-8; at most 992 are allowed"));
        assertThat(fixture.history().events()).containsExactly("a told 1 " + longest);
    }

    @Test
    void rejectedWorkerMayTryAgain() {
        fixture.notifier("a");
        fixture.notifier("b").registering("banned", () -> reject("banned"));
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("banned")).isEqualTo(rejected("banned"));
        assertThat(worker.register("one")).isEqualTo(ACCEPTED);

        assertThat(fixture.inForce(worker)).isEqualTo("one");
        assertThat(worker.closes()).isEmpty();
    }

    @Test
    void reasonReachesTheWorkerAsItIsEvenIfEmpty() {
        ScriptedNotifier notifier = fixture.notifier("a");
        LinkedWorker worker = fixture.worker();

        for (String reason : List.of("", "ünïcode \n \0")) {
            notifier.registering(_ -> reject(reason));
            assertThat(worker.register("one")).isEqualTo(rejected(reason));
        }
    }

    @Test
    void whatANotifierThrowsNeverReachesTheWorker() {
        fixture.notifier("billing")
                .registering(_ -> {
                    throw new IllegalStateException("jdbc:secret");
                });

        assertThat(fixture.worker().register("one")).isEqualTo(failed("billing"));
    }

    @Test
    void errorIsAFailureLikeAnyOther() {
        fixture.notifier("a");
        fixture.notifier("broken")
                .registering(_ -> {
                    throw new NoClassDefFoundError("com/acme/Driver");
                });
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(failed("broken"));

        assertThat(fixture.history().events()).endsWith("a told 1 gone");
        assertThat(fixture.bean("broken").calls().lastFailure())
                .isNotNull()
                .extracting(NotifierMetrics.Failure::error)
                .isEqualTo(NoClassDefFoundError.class.getName());
    }

    @Test
    void failureOfANotifierWhoseFailuresAreIgnoredChangesNothing() {
        fixture.notifier(
                        "audit",
                        RegistrationFixture.bean(RegistrationFixture.LONG, 1, OnFailure.IGNORE))
                .registering(_ -> reject("no say"));
        fixture.notifier("a");
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);

        assertThat(fixture.table().find(1).orElseThrow().holders()).containsExactly("a");
        worker.end();
        fixture.awaitNothingLeft();
        fixture.history().awaitExactly("audit told 1 one", "a told 1 one", "a told 1 gone");
    }

    @Test
    void workerThatNoNotifierTakesIsRejected() {
        fixture.notifier("a").takingOnly("other");

        assertThat(fixture.worker().register("one")).isEqualTo(Decision.UNMATCHED);

        assertThat(fixture.table().size()).isZero();
        assertThat(fixture.history().events()).isEmpty();
    }

    @Test
    void workerThatNoNotifierTakesIsAcceptedWhereTheSettingsSaySo() {
        fixture.unmatched(Unmatched.ACCEPT);
        fixture.notifier("a").takingOnly("other");
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);

        assertThat(fixture.table().find(1).orElseThrow().holders()).isEmpty();
    }

    @Test
    void notifierIsNotCalledForRegistrationsThatItsSettingsExclude() {
        Match billing = new Match(List.of("billing", "billing-*"), List.of(), List.of(), List.of());
        fixture.notifier("a", new Bean(true, null, null, null, OnFailure.REJECT, billing))
                .taking(_ -> {
                    fixture.history().add("a asked");
                    return true;
                });
        fixture.notifier("b");

        assertThat(fixture.worker().register(Registrations.of("x").namespaces("sales").build()))
                .isEqualTo(ACCEPTED);
        assertThat(
                        fixture.worker()
                                .register(
                                        Registrations.of("y")
                                                .namespaces("sales", "billing-eu")
                                                .build()))
                .isEqualTo(ACCEPTED);

        assertThat(fixture.history().events())
                .containsExactly("b told 1 x", "a asked", "a told 2 y", "b told 2 y");
    }

    @Test
    void throwingTakesIsAFailureOfTheCall() {
        fixture.notifier("a")
                .taking(_ -> {
                    throw new IllegalStateException("cannot say");
                });

        assertThat(fixture.worker().register("one")).isEqualTo(failed("a"));
        assertThat(fixture.history().events()).isEmpty();
    }

    @Test
    void callsForDifferentPidsRunConcurrently() {
        Gate first = new Gate();
        fixture.notifier("a").registering("one", first::stay);
        CompletableFuture<Decision> waiting = fixture.worker().registering("one");
        first.awaitEntered();

        assertThat(fixture.worker().register("two")).isEqualTo(ACCEPTED);

        assertThat(waiting).isNotDone();
        first.open();
        assertThat(decisionOf(waiting)).isEqualTo(ACCEPTED);
    }

    @Test
    void pidIsACandidateWhileItsFirstRegistrationIsDecided() {
        CompletableFuture<Boolean> candidate = new CompletableFuture<>();
        fixture.notifier("a")
                .registering("one", () -> candidate.complete(fixture.ledgers().isCandidate(1)));
        LinkedWorker worker = fixture.worker();

        assertThat(worker.register("one")).isEqualTo(ACCEPTED);

        assertThat(candidate).isCompletedWithValue(true);
        assertThat(fixture.ledgers().isCandidate(1)).isFalse();
    }

    private static void reject(String reason) {
        throw new RegistrationRejectedException(reason);
    }
}
