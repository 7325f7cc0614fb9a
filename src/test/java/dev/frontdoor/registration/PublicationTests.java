package dev.frontdoor.registration;

import static dev.frontdoor.registration.LinkedWorker.ACCEPTED;
import static dev.frontdoor.registration.LinkedWorker.decisionOf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.invocation.CallKind;
import dev.frontdoor.invocation.CallOutcome;
import dev.frontdoor.invocation.NotifierProperties.Bean;
import dev.frontdoor.invocation.NotifierProperties.Match;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Publications are offered to the holders of their worker. */
class PublicationTests {

    @AutoClose private final RegistrationFixture fixture = new RegistrationFixture();
    private final Gate gate = new Gate();

    @Test
    void holdersAreOfferedInOrderUntilOneConsumes() {
        fixture.notifier("a");
        fixture.notifier("b").takingOnly("other").consuming(_ -> true);
        fixture.notifier("c").consuming(_ -> true);
        fixture.notifier("d").consuming(_ -> true);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        assertThat(worker.publish("progress")).isTrue();

        assertThat(fixture.history().events())
                .containsExactly("a offered 1 progress", "c offered 1 progress");
    }

    @Test
    void publicationThatNobodyConsumesIsReportedSo() {
        fixture.notifier("a");
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        assertThat(worker.publish("progress")).isFalse();
    }

    @Test
    void publicationWithoutARegistrationIsOfferedToNobody() {
        fixture.notifier("a").takingOnly("other").consuming(_ -> true);
        LinkedWorker worker = fixture.worker();

        assertThat(worker.publish("progress")).isFalse();
        Decision _ = worker.register("one");
        assertThat(worker.publish("progress")).isFalse();
        worker.end();
        assertThat(worker.publish("progress")).isFalse();

        assertThat(fixture.history().events()).isEmpty();
    }

    @Test
    void holdersThatThrowOrTimeOutAreSkipped() {
        fixture.notifier("a")
                .consuming(_ -> {
                    throw new NoClassDefFoundError("scripted");
                });
        fixture.notifier("slow", RegistrationFixture.SHORT_TIMEOUT)
                .consuming(_ -> {
                    gate.stay();
                    return true;
                });
        fixture.notifier("c").consuming(_ -> true);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        CompletableFuture<Boolean> consumed = worker.publishing("progress");
        gate.awaitEntered();
        fixture.time().advance(RegistrationFixture.SHORT);
        assertThat(consumed).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(true);

        gate.awaitInterrupted();
        assertThat(fixture.history().events())
                .containsExactly(
                        "a offered 1 progress", "slow offered 1 progress", "c offered 1 progress");
        assertThat(fixture.inForce(worker)).isEqualTo("one");
        assertThat(worker.publicationsReturned()).isZero();
        gate.open();
        await().atMost(RegistrationFixture.MAX_WAIT)
                .until(() -> worker.publicationsReturned() == 1);
        worker.end();
        fixture.awaitNothingLeft();
        assertThat(fixture.calls("a", CallKind.PUBLISHED, CallOutcome.FAILED)).isEqualTo(1);
        assertThat(fixture.calls("slow", CallKind.PUBLISHED, CallOutcome.TIMEOUT)).isEqualTo(1);
    }

    @Test
    void eachHolderGetsACopyOfItsOwn() {
        CompletableFuture<byte[]> seen = new CompletableFuture<>();
        fixture.add(
                "vandal",
                new PayloadNotifier(payload -> payload[0] = 99),
                RegistrationFixture.LONG_TIMEOUT);
        fixture.add(
                "reader", new PayloadNotifier(seen::complete), RegistrationFixture.LONG_TIMEOUT);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");

        assertThat(worker.publish("progress")).isFalse();

        assertThat(seen.join()).containsExactly(1, 2, 3);
    }

    @Test
    void endDuringAPublicationFollowsIt() {
        fixture.notifier("a")
                .consuming(_ -> {
                    gate.stay();
                    return false;
                });
        fixture.notifier("b").consuming(_ -> true);
        LinkedWorker worker = fixture.worker();
        worker.settle("one");
        CompletableFuture<Boolean> consumed = worker.publishing("progress");
        gate.awaitEntered();

        worker.end();
        fixture.history().awaitEvent("b told 1 gone");
        gate.open();

        fixture.awaitNothingLeft();
        assertThat(consumed).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(false);
        assertThat(fixture.history().events())
                .containsExactly("a offered 1 progress", "b told 1 gone", "a told 1 gone");
    }

    @Test
    void holderWhoseUnregisterCallIsPendingIsNotOfferedAnything() {
        Match here = new Match(List.of("here"), List.of(), List.of(), List.of());
        fixture.notifier(
                        "a", new Bean(true, RegistrationFixture.LONG, 1, 1, OnFailure.REJECT, here))
                .consuming(_ -> true)
                .registering("hanging", gate::stay);
        fixture.notifier("b");
        LinkedWorker worker = fixture.worker();
        assertThat(worker.register(Registrations.of("one").namespaces("here").build()))
                .isEqualTo(ACCEPTED);
        CompletableFuture<Decision> hanging =
                fixture.worker()
                        .registering(Registrations.of("hanging").namespaces("here").build());
        gate.awaitEntered();
        assertThat(worker.register(Registrations.of("two").namespaces("there").build()))
                .isEqualTo(ACCEPTED);
        fixture.history().forget();

        CompletableFuture<Boolean> consumed = worker.publishing("progress");
        gate.open();

        assertThat(consumed).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(false);
        assertThat(decisionOf(hanging)).isEqualTo(ACCEPTED);
        fixture.history().awaitEvent("a told 1 gone");
        assertThat(fixture.history().events())
                .contains("b offered 1 progress")
                .doesNotContain("a offered 1 progress");
    }

    /** Receives publications. */
    private record PayloadNotifier(Consumer<byte[]> reader) implements ConnectionNotifier {

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {}

        @Override
        public void onWorkerUnregistered(long pid) {}

        @Override
        public boolean onChannelPublish(long pid, String channel, byte[] payload) {
            reader.accept(payload);
            return false;
        }
    }
}
