package dev.frontdoor.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.push.PushMetrics.Outcome;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;

/** Pushes whose reply nobody awaits. */
class SendTests {

    @AutoClose private final PushFixture fixture = new PushFixture();

    @Test
    void replyIsDroppedAndCounted() {
        PushedWorker worker = fixture.registered();

        send(worker);

        assertThat(worker.pushed().getFirst().payload().toByteArray())
                .isEqualTo(PushFixture.PAYLOAD);
        assertThat(worker.reply(worker.pushed().getFirst(), 1)).isTrue();
        assertThat(worker.reply(worker.pushed().getFirst(), 1)).isFalse();
        assertThat(fixture.sends(Outcome.REPLIED)).isEqualTo(1);
    }

    @Test
    void refusalIsDroppedAndCounted() {
        PushedWorker worker = fixture.registered();

        send(worker);

        assertThat(
                        worker.refuse(
                                worker.pushed().getFirst(),
                                1,
                                "{\"code\":\"busy\",\"words\":\"queue full\"}"))
                .isTrue();
        assertThat(fixture.sends(Outcome.REFUSED)).isEqualTo(1);
    }

    @Test
    void unansweredOnesTakePlacesOfPushesUntilTheSendTimeout() {
        PushedWorker worker = fixture.registered();
        for (int i = 0; i < PushFixture.MAX_PENDING; i++) {
            send(worker);
        }

        assertThat(refusal(worker.pid(), PushFixture.PAYLOAD)).isEqualTo(Reason.TOO_MANY_PENDING);
        assertThat(PushFixture.failure(worker.push())).isEqualTo(Reason.TOO_MANY_PENDING);
        fixture.registrations().time().advance(PushFixture.SEND_TIMEOUT);

        assertThat(fixture.sends(Outcome.EXPIRED)).isEqualTo(PushFixture.MAX_PENDING);
        send(worker);
        assertThat(fixture.sends(Outcome.NOT_ADMITTED)).isEqualTo(1);
    }

    @Test
    void endOfTheConnectionEndsThem() {
        PushedWorker worker = fixture.registered();
        send(worker);

        worker.end();

        assertThat(fixture.sends(Outcome.DISCONNECTED)).isEqualTo(1);
        assertThat(refusal(worker.pid(), PushFixture.PAYLOAD)).isEqualTo(Reason.UNKNOWN_PID);
    }

    @Test
    void nobodyWaitsForThem() {
        PushedWorker worker = fixture.registered();

        send(worker);

        assertThat(fixture.pushes().pending(worker.pid())).isZero();
        assertThat(fixture.workers().find(worker.pid()).orElseThrow().pendingPushes()).isZero();
        assertThat(fixture.pending()).isZero();
    }

    @Test
    void whatCannotBeSentIsRefusedWithItsReason() {
        CompletableFuture<@Nullable Reason> inside = new CompletableFuture<>();
        fixture.notifier(
                new ConnectionNotifier() {
                    @Override
                    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
                        inside.complete(refusal(pid, PushFixture.PAYLOAD));
                    }

                    @Override
                    public void onWorkerUnregistered(long pid) {}
                });
        PushedWorker worker = fixture.connected();

        assertThat(refusal(worker.pid(), PushFixture.PAYLOAD)).isEqualTo(Reason.UNKNOWN_PID);
        worker.register();
        assertThat(inside).isCompletedWithValue(Reason.NOT_YET_REGISTERED);
        assertThat(refusal(worker.pid(), new byte[PushFixture.MAX_PAYLOAD + 1]))
                .isEqualTo(Reason.PAYLOAD_TOO_LARGE);
        worker.stopReading();
        assertThat(refusal(worker.pid(), PushFixture.PAYLOAD)).isEqualTo(Reason.OUTBOUND_FULL);

        assertThat(worker.pushed()).isEmpty();
        assertThat(fixture.sends(Outcome.NOT_ADMITTED)).isEqualTo(4);
    }

    private void send(PushedWorker worker) {
        fixture.pushes().send(worker.pid(), PushFixture.PAYLOAD);
    }

    private @Nullable Reason refusal(long pid, byte[] payload) {
        PushException refused =
                catchThrowableOfType(
                        PushException.class, () -> fixture.pushes().send(pid, payload));
        return refused == null ? null : refused.reason();
    }
}
