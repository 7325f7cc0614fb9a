package dev.frontdoor.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.RegistrationFixture;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;

/** Pushes to workers that are about to be closed. */
class StoppedPushTests {

    @AutoClose private final PushFixture fixture = new PushFixture();

    @Test
    void furtherPushesFailAndThoseThatArePendingGoOn() {
        PushedWorker worker = fixture.registered();
        PushedWorker other = fixture.registered();
        CompletableFuture<byte[]> pending = worker.push();

        assertThat(fixture.pushes().stopPushes(worker.pid())).isTrue();
        assertThat(fixture.pushes().stopPushes(worker.pid())).isFalse();

        assertThat(PushFixture.failure(worker.push())).isEqualTo(Reason.EVICTING);
        assertThat(sendFailure(worker)).isEqualTo(Reason.EVICTING);
        assertThat(other.push()).isNotDone();
        assertThat(worker.pushed()).hasSize(1);
        assertThat(worker.reply(worker.pushed().getFirst(), 1)).isTrue();
        assertThat(pending).succeedsWithin(RegistrationFixture.MAX_WAIT);
        assertThat(fixture.ended(Outcome.NOT_ADMITTED)).isEqualTo(1);
        assertThat(fixture.sends(Outcome.NOT_ADMITTED)).isEqualTo(1);
    }

    @Test
    void pushesAreAdmittedAgain() {
        PushedWorker worker = fixture.registered();
        boolean _ = fixture.pushes().stopPushes(worker.pid());
        fixture.pushes().stopAccepting();

        fixture.pushes().resumePushes(worker.pid());
        assertThat(PushFixture.failure(worker.push())).isEqualTo(Reason.EVICTING);
        fixture.pushes().startAccepting();

        assertThat(worker.push()).isNotDone();
    }

    @Test
    void endOfTheConnectionForgetsIt() {
        PushedWorker worker = fixture.registered();
        boolean _ = fixture.pushes().stopPushes(worker.pid());

        worker.end();

        assertThat(fixture.pushes().isStopped(worker.pid())).isFalse();
        assertThat(PushFixture.failure(worker.push())).isEqualTo(Reason.UNKNOWN_PID);
    }

    @Test
    void pushThatMeetsTheStopIsNotSent() {
        PushedWorker worker = fixture.registered();
        worker.reserving(() -> fixture.pushes().stopPushes(worker.pid()));

        assertThat(PushFixture.failure(worker.push())).isEqualTo(Reason.EVICTING);

        assertThat(worker.pushed()).isEmpty();
        assertThat(worker.reserved()).isZero();
        assertThat(fixture.pushes().pending(worker.pid())).isZero();
        assertThat(fixture.pending()).isZero();
    }

    private Reason sendFailure(PushedWorker worker) {
        return catchThrowableOfType(
                        PushException.class,
                        () -> fixture.pushes().send(worker.pid(), PushFixture.PAYLOAD))
                .reason();
    }
}
