package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Ten thousand pushes to a hundred workers, over the wire. */
@FrontDoorTest("frontdoor.pushes.max-pending-per-worker=100")
@BothTransports
class PushesIntegrationTests {

    private static final int WORKERS = 100;
    private static final int PUSHES = 100;

    /** How many of the workers vanish after they have answered half of their pushes. */
    private static final int VANISHING = 10;

    private static final Duration TIME_LIMIT = Duration.ofMinutes(5);

    private final ServerUnderTest server;
    private final Workers workers;
    private final ScriptedNotifier firstNotifier;

    PushesIntegrationTests(
            ServerUnderTest server,
            Workers workers,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.workers = workers;
        this.firstNotifier = firstNotifier;
    }

    private record Received(int worker, Push push) {}

    @Test
    void everyPushEndsOnceThoughRepliesAreShuffledAndWorkersVanish() throws Exception {
        double repliedBefore = ended("replied");
        double disconnectedBefore = ended("disconnected");
        List<TestWorker> all = new ArrayList<>();
        List<Long> pids = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            String identity = server.newIdentity();
            all.add(server.register(identity));
            pids.add(firstNotifier.pidOf(identity));
        }
        Map<Integer, AtomicInteger> endings = new ConcurrentHashMap<>();
        List<CompletableFuture<byte[]>> pushes = new ArrayList<>();
        for (int number = 0; number < WORKERS * PUSHES; number++) {
            int mine = number;
            CompletableFuture<byte[]> push =
                    workers.push(pids.get(number % WORKERS), bytes(number), TIME_LIMIT);
            var _ =
                    push.whenComplete((_, _) ->
                            endings.computeIfAbsent(mine, _ -> new AtomicInteger())
                                    .incrementAndGet());
            pushes.add(push);
        }
        assertThat(server.sum("frontdoor.pushes.pending")).isEqualTo(WORKERS * PUSHES);

        List<Received> received = new ArrayList<>();
        for (int worker = 0; worker < WORKERS; worker++) {
            for (int i = 0; i < PUSHES; i++) {
                received.add(new Received(worker, all.get(worker).expect(Push.class)));
            }
        }
        Collections.shuffle(received, new Random(4711));
        int[] answered = new int[WORKERS];
        for (Received next : received) {
            int worker = next.worker();
            if (worker >= VANISHING || answered[worker] < PUSHES / 2) {
                Push push = next.push();
                all.get(worker)
                        .send(
                                new PushReply(
                                        0, push.streamId(), push.correlationId(), push.payload()));
                if (++answered[worker] == PUSHES / 2 && worker < VANISHING) {
                    all.get(worker).vanish();
                }
            }
        }

        ServerUnderTest.eventually(() -> assertThat(pushes).allMatch(CompletableFuture::isDone));
        for (int number = 0; number < pushes.size(); number++) {
            CompletableFuture<byte[]> push = pushes.get(number);
            if (push.isCompletedExceptionally()) {
                assertThat(number % WORKERS).isLessThan(VANISHING);
                assertThat(push.exceptionNow())
                        .isInstanceOfSatisfying(
                                PushException.class,
                                e ->
                                        assertThat(e.reason())
                                                .isEqualTo(PushException.Reason.DISCONNECTED));
            } else {
                assertThat(push.join()).isEqualTo(bytes(number));
            }
        }
        ServerUnderTest.eventually(() -> {
            assertThat(endings).hasSize(WORKERS * PUSHES);
            assertThat(endings.values()).allMatch(count -> count.get() == 1);
        });
        assertThat(server.sum("frontdoor.pushes.pending")).isZero();
        double replied = ended("replied") - repliedBefore;
        double disconnected = ended("disconnected") - disconnectedBefore;
        assertThat(replied).isGreaterThanOrEqualTo((WORKERS - VANISHING) * PUSHES);
        assertThat(disconnected).isGreaterThanOrEqualTo(VANISHING * PUSHES / 2);
        assertThat(replied + disconnected).isEqualTo(WORKERS * PUSHES);
        IntStream.range(VANISHING, WORKERS).forEach(worker -> all.get(worker).expectNothing());
        all.forEach(TestWorker::close);
        server.expectNobody();
    }

    private double ended(String outcome) {
        return server.sum("frontdoor.pushes", "outcome", outcome);
    }

    private static byte[] bytes(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }
}
