package dev.frontdoor.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.RegistrationFixture;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Ten thousand pushes over a hundred workers, some of which vanish. */
class ManyPushesTests {

    private static final int WORKERS = 100;
    private static final int PUSHES = 100;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final List<CompletableFuture<byte[]>> pushes =
            Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger ends = new AtomicInteger();
    private final AtomicInteger replies = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger disconnected = new AtomicInteger();
    @AutoClose private final PushFixture fixture = new PushFixture(PUSHES);

    @Test
    void everyPushEndsExactlyOnce() throws Exception {
        List<PushedWorker> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(fixture.registered());
        }

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (PushedWorker worker : workers) {
                Random random = new Random(seed + worker.pid());
                running.add(threads.submit(() -> pushAndAnswer(worker, random)));
            }
            for (Future<?> thread : running) {
                Object _ =
                        thread.get(2 * RegistrationFixture.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
            }
        }

        RegistrationFixture.eventually()
                .untilAsserted(() -> assertThat(ends).hasValue(WORKERS * PUSHES));
        assertThat(pushes).hasSize(WORKERS * PUSHES).allMatch(CompletableFuture::isDone);
        assertThat(fixture.pending()).isZero();
        for (PushedWorker worker : workers) {
            assertThat(fixture.pushes().pending(worker.pid())).isZero();
        }
        assertThat(answered.get()).as("seed %d", seed).isPositive().isEqualTo(replies.get());
        assertThat(disconnected.get()).as("seed %d", seed).isPositive();
        assertThat(fixture.ended(Outcome.REPLIED)).isEqualTo(answered.get());
        assertThat(fixture.ended(Outcome.DISCONNECTED)).isEqualTo(disconnected.get());
        assertThat(answered.get() + disconnected.get()).isEqualTo(WORKERS * PUSHES);
    }

    /** Every tenth worker vanishes when it has answered about half. */
    private void pushAndAnswer(PushedWorker worker, Random random) {
        for (int i = 0; i < PUSHES; i++) {
            pushes.add(push(worker));
        }
        List<Frame.Push> toAnswer = new ArrayList<>(worker.pushed());
        Collections.shuffle(toAnswer, random);
        int last = worker.pid() % 10 == 0 ? random.nextInt(PUSHES) : PUSHES;
        for (Frame.Push push : toAnswer.subList(0, last)) {
            if (worker.reply(push, (int) push.correlationId() & 127)) {
                replies.incrementAndGet();
            }
        }
        if (last < PUSHES) {
            worker.end();
            assertThat(worker.reply(toAnswer.getLast())).isFalse();
        }
    }

    private CompletableFuture<byte[]> push(PushedWorker worker) {
        CompletableFuture<byte[]> push = worker.push();
        long correlationId = worker.pushed().getLast().correlationId();
        return push.whenComplete((reply, failure) -> {
            if (failure == null && reply[0] == (correlationId & 127)) {
                answered.incrementAndGet();
            } else if (failure instanceof PushException ended
                    && ended.reason() == Reason.DISCONNECTED) {
                disconnected.incrementAndGet();
            }
            ends.incrementAndGet();
        });
    }
}
