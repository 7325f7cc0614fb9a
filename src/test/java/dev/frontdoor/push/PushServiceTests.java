package dev.frontdoor.push;

import static dev.frontdoor.push.PushFixture.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.PushRefusal.Code;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.RegistrationFixture;
import dev.frontdoor.test.server.LogLines;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.concurrent.CompletableFuture;

/** Pushes that the worker answers, with a reply or a refusal, and the view of the workers. */
class PushServiceTests {

    @AutoClose private final PushFixture fixture = new PushFixture();

    @AfterEach
    void nothingIsPending() {
        fixture.expectNothingPending();
    }

    @Test
    void replyEndsThePush() {
        PushedWorker worker = fixture.registered();

        CompletableFuture<byte[]> push = worker.push();
        assertThat(fixture.pending()).isEqualTo(1);
        assertThat(fixture.pushes().pending(worker.pid())).isEqualTo(1);
        assertThat(worker.pushed().getFirst().streamId()).isEqualTo(1);
        assertThat(worker.pushed().getFirst().payload())
                .isEqualTo(Bytes.copyOf(new byte[] {1, 2, 3}));
        assertThat(worker.reply(worker.pushed().getFirst(), 4, 5)).isTrue();

        assertThat(push).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {4, 5});
        assertThat(fixture.pushes().pending(worker.pid())).isZero();
        assertThat(fixture.ended(Outcome.REPLIED)).isEqualTo(1);
    }

    @Test
    void replyFromInsideTheSendingEndsThePush() {
        PushedWorker worker = fixture.registered();
        worker.receiving(push -> assertThat(worker.reply(push, 9)).isTrue());

        assertThat(worker.push())
                .succeedsWithin(RegistrationFixture.MAX_WAIT)
                .isEqualTo(new byte[] {9});
    }

    @Test
    void payloadIsCopied() {
        PushedWorker worker = fixture.registered();
        byte[] payload = {1};

        CompletableFuture<byte[]> push =
                fixture.pushes().push(worker.pid(), payload, PushFixture.LONG);
        payload[0] = 2;

        assertThat(worker.pushed().getFirst().payload()).isEqualTo(Bytes.copyOf(new byte[] {1}));
        assertThat(push.cancel(false)).isTrue();
    }

    @Test
    void repliesFindTheirPushesInAnyOrder() {
        PushedWorker worker = fixture.registered();
        CompletableFuture<byte[]> first = worker.push();
        CompletableFuture<byte[]> second = worker.push();

        assertThat(worker.reply(worker.pushed().get(1), 2)).isTrue();
        assertThat(worker.reply(worker.pushed().get(0), 1)).isTrue();

        assertThat(first).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {1});
        assertThat(second).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {2});
    }

    @Test
    void replyFromAnotherConnectionIsIgnored() {
        PushedWorker worker = fixture.registered();
        PushedWorker other = fixture.registered();
        CompletableFuture<byte[]> push = worker.push();

        assertThat(other.reply(worker.pushed().getFirst(), 6)).isFalse();

        assertThat(push).isNotDone();
        assertThat(worker.reply(worker.pushed().getFirst(), 7)).isTrue();
        assertThat(push).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {7});
    }

    @Test
    void secondReplyIsIgnored() {
        PushedWorker worker = fixture.registered();
        CompletableFuture<byte[]> push = worker.push();

        assertThat(worker.reply(worker.pushed().getFirst(), 1)).isTrue();
        assertThat(worker.reply(worker.pushed().getFirst(), 2)).isFalse();

        assertThat(push).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {1});
    }

    @Test
    void refusedPushEndsWithWhatTheWorkerSaid() {
        PushedWorker worker = fixture.registered();
        CompletableFuture<byte[]> push = worker.push();
        Frame.Push sent = worker.pushed().getFirst();

        assertThat(worker.refuse(sent, 1, "{\"code\":\"busy\",\"words\":\"queue full\"}")).isTrue();

        PushException failure = PushFixture.exception(push);
        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure.refusal()).contains(new PushRefusal(Code.BUSY, "queue full"));
        assertThat(failure).hasMessage("pid 1 refused the push as busy: queue full");
        assertThat(fixture.pushes().pending(worker.pid())).isZero();
        assertThat(fixture.ended(Outcome.REFUSED)).isEqualTo(1);
        assertThat(fixture.ended(Outcome.REPLIED)).isZero();
        assertThat(fixture.pending()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x02, 0x03, 0x81, 0xFF})
    void otherFlagsCountAsMalformedRefusal(int flags) {
        PushedWorker worker = fixture.registered();
        CompletableFuture<byte[]> push = worker.push();
        Frame.Push sent = worker.pushed().getFirst();

        assertThat(worker.refuse(sent, flags, "{\"code\":\"busy\",\"words\":\"full\"}")).isTrue();

        assertThat(PushFixture.exception(push).refusal())
                .contains(new PushRefusal(Code.UNAVAILABLE, "the worker's refusal was malformed"));
    }

    @Test
    void malformedRefusalIsLoggedWithoutItsContent() {
        PushedWorker worker = fixture.registered();
        CompletableFuture<byte[]> push = worker.push();

        try (LogLines log = new LogLines(PushLog.class)) {
            assertThat(worker.refuse(worker.pushed().getFirst(), 1, "not-to-be-shown")).isTrue();
            assertThat(log.at("WARN"))
                    .singleElement()
                    .asString()
                    .contains("pid 1", "10.1.2.3:1", "malformed")
                    .doesNotContain("not-to-be-shown");
        }
        assertThat(failure(push)).isEqualTo(Reason.REFUSED);
    }

    @Test
    void refusalOfAPushThatHasEndedIsIgnored() {
        PushedWorker worker = fixture.registered();
        CompletableFuture<byte[]> push = worker.push();
        Frame.Push sent = worker.pushed().getFirst();
        assertThat(worker.reply(sent, 9)).isTrue();

        assertThat(worker.refuse(sent, 1, "{\"code\":\"busy\",\"words\":\"\"}")).isFalse();

        assertThat(push.join()).containsExactly(9);
        assertThat(fixture.ended(Outcome.REFUSED)).isZero();
    }

    @Test
    void workersAreFoundListedAndDisconnected() {
        PushedWorker first = fixture.registered();
        PushedWorker second = fixture.registered();
        CompletableFuture<byte[]> push = first.push();

        ConnectedWorker found = fixture.workers().find(first.pid()).orElseThrow();
        assertThat(found.registration().identity()).isEqualTo("worker-1");
        assertThat(found.remoteAddress()).isEqualTo("10.1.2.3:1");
        assertThat(found.pendingPushes()).isEqualTo(1);
        assertThat(fixture.workers().list(WorkerFilter.ALL))
                .extracting(ConnectedWorker::pid)
                .containsExactly(second.pid(), first.pid());
        assertThat(fixture.workers().list(WorkerFilter.identity("worker-2")))
                .extracting(ConnectedWorker::pid)
                .containsExactly(second.pid());
        assertThat(fixture.workers().disconnect(first.pid(), "enough")).isTrue();
        assertThat(first.closes()).containsExactly("4500 enough");
        first.end();
        assertThat(failure(push)).isEqualTo(Reason.DISCONNECTED);
        assertThat(fixture.workers().find(first.pid())).isEmpty();
        assertThat(fixture.workers().disconnect(first.pid(), "again")).isFalse();
    }

    @Test
    void everyMeterIsThereAtZeroAtFirst() {
        for (Outcome outcome : Outcome.values()) {
            assertThat(fixture.ended(outcome)).isZero();
        }
        assertThat(fixture.pending()).isZero();
    }
}
