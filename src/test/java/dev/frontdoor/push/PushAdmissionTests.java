package dev.frontdoor.push;

import static dev.frontdoor.push.PushFixture.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.push.PushMetrics.Outcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Which pushes are admitted. */
class PushAdmissionTests {

    @AutoClose private final PushFixture fixture = new PushFixture();

    @AfterEach
    void nothingIsPending() {
        fixture.expectNothingPending();
    }

    @Test
    void pushThatFindsNoRoomIsNotAdmitted() {
        PushedWorker worker = fixture.registered();
        worker.stopReading();

        PushException failure = PushFixture.exception(worker.push());

        assertThat(failure.reason()).isEqualTo(Reason.OUTBOUND_FULL);
        assertThat(failure)
                .hasMessageContaining("pid " + worker.pid())
                .hasMessageContaining("frontdoor.limits.max-outbound-bytes");
        assertThat(fixture.pending()).isZero();
        assertThat(fixture.ended(Outcome.NOT_ADMITTED)).isEqualTo(1);
    }

    @Test
    void timeLimitMustBeMoreThanZero() {
        PushedWorker worker = fixture.registered();

        assertThatThrownBy(() ->
                        fixture.pushes().push(worker.pid(), PushFixture.PAYLOAD, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeLimit must be more than zero, was PT0S");
    }

    @Test
    void unknownPidIsNotAdmitted() {
        assertThat(failure(fixture.connected().push())).isEqualTo(Reason.UNKNOWN_PID);

        PushedWorker gone = fixture.registered();
        gone.end();
        assertThat(failure(gone.push())).isEqualTo(Reason.UNKNOWN_PID);
        assertThat(gone.pushed()).isEmpty();
        assertThat(fixture.ended(Outcome.NOT_ADMITTED)).isEqualTo(2);
    }

    @Test
    void pushFromInsideItsFirstRegistrationIsNotAdmitted() {
        CompletableFuture<Reason> reason = new CompletableFuture<>();
        fixture.notifier(
                new ConnectionNotifier() {
                    @Override
                    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
                        reason.complete(
                                failure(
                                        fixture.pushes()
                                                .push(pid, PushFixture.PAYLOAD, PushFixture.LONG)));
                    }

                    @Override
                    public void onWorkerUnregistered(long pid) {}
                });
        PushedWorker worker = fixture.registered();

        assertThat(reason).isCompletedWithValue(Reason.NOT_YET_REGISTERED);
        assertThat(worker.pushed()).isEmpty();
    }

    @Test
    void pushFromInsideAReplacementReachesTheWorker() {
        AtomicInteger calls = new AtomicInteger();
        fixture.notifier(
                new ConnectionNotifier() {
                    @Override
                    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
                        if (calls.incrementAndGet() == 2) {
                            byte[] _ =
                                    fixture.pushes()
                                            .push(pid, PushFixture.PAYLOAD, PushFixture.LONG)
                                            .join();
                        }
                    }

                    @Override
                    public void onWorkerUnregistered(long pid) {}
                });
        PushedWorker worker = fixture.connected();
        worker.receiving(push -> assertThat(worker.reply(push)).isTrue());

        worker.register();
        worker.register();

        assertThat(worker.pushed()).hasSize(1);
    }

    @Test
    void workerHasABoundedNumberOfPendingPushes() {
        PushedWorker worker = fixture.registered();
        List<CompletableFuture<byte[]>> pushes = new ArrayList<>();
        for (int i = 0; i < PushFixture.MAX_PENDING; i++) {
            pushes.add(worker.push());
        }

        assertThat(failure(worker.push())).isEqualTo(Reason.TOO_MANY_PENDING);

        assertThat(worker.pushed()).hasSize(PushFixture.MAX_PENDING);
        assertThat(pushes).allSatisfy(push -> assertThat(push).isNotDone());
        assertThat(worker.reply(worker.pushed().getFirst())).isTrue();
        CompletableFuture<byte[]> next = worker.push();
        assertThat(next).isNotDone();
        worker.end();
        assertThat(failure(next)).isEqualTo(Reason.DISCONNECTED);
    }

    @Test
    void tooLargePayloadIsRefused() {
        PushedWorker worker = fixture.registered();
        byte[] largest = new byte[PushFixture.MAX_PAYLOAD];
        byte[] larger = new byte[PushFixture.MAX_PAYLOAD + 1];

        assertThat(failure(fixture.pushes().push(worker.pid(), larger, PushFixture.LONG)))
                .isEqualTo(Reason.PAYLOAD_TOO_LARGE);
        CompletableFuture<byte[]> fits =
                fixture.pushes().push(worker.pid(), largest, PushFixture.LONG);

        assertThat(worker.pushed()).hasSize(1);
        assertThat(fits.cancel(true)).isTrue();
    }
}
