package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.test.server.ServiceContext;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Frames of other threads on their way to the event loop of a connection. */
class FrameQueueTests {

    private static final int THREADS = 4;
    private static final int FRAMES = 20_000;

    @AutoClose private final ServiceContext service = new ServiceContext();

    @Test
    void pushesThatComeBeforeTheEventLoopRunsGoOutTogether() {
        Worker worker = new ConnectedWorkers(service).register("w");
        worker.transport.batches.clear();
        for (int push = 0; push < 3; push++) {
            var _ = push(worker);
        }
        service.time().runTasks();
        assertThat(worker.transport.batches).containsExactly(3);
        var _ = push(worker);
        service.time().runTasks();
        assertThat(worker.transport.batches).containsExactly(3, 1);
    }

    @Test
    void everyFrameArrivesOnceAndInTheOrderOfItsThread() throws Exception {
        DefaultEventLoop loop = new DefaultEventLoop();
        List<byte[]> received = new ArrayList<>();
        CountDownLatch missing = new CountDownLatch(THREADS * FRAMES);
        FrameQueue queue =
                new FrameQueue(
                        new LoopTasks(
                                loop,
                                failure -> {
                                    throw new AssertionError(failure);
                                }),
                        new RecordingTransport(new EmbeddedChannel(), true, Duration.ZERO),
                        frame -> {
                            received.add(frame);
                            missing.countDown();
                        });
        CountDownLatch begin = new CountDownLatch(1);
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            Thread.startVirtualThread(() -> {
                awaitLatch(begin);
                for (int frame = 0; frame < FRAMES; frame++) {
                    queue.add(new byte[] {(byte) number, (byte) (frame >> 8), (byte) frame});
                }
            });
        }
        begin.countDown();
        assertThat(missing.await(60, TimeUnit.SECONDS)).isTrue();
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        int[] next = new int[THREADS];
        for (byte[] frame : received) {
            int number = Byte.toUnsignedInt(frame[1]) << 8 | Byte.toUnsignedInt(frame[2]);
            assertThat(number).isEqualTo(next[frame[0]]++);
        }
        assertThat(next).containsOnly(FRAMES);
    }

    @Test
    void frameThatFailsDoesNotTakeThoseBehindItAlong() {
        EmbeddedChannel channel = new EmbeddedChannel();
        List<Throwable> failures = new ArrayList<>();
        List<Byte> received = new ArrayList<>();
        FrameQueue queue =
                new FrameQueue(
                        new LoopTasks(channel.eventLoop(), failures::add),
                        new RecordingTransport(channel, true, Duration.ZERO),
                        frame -> {
                            received.add(frame[0]);
                            if (frame[0] == 1) {
                                throw new IllegalStateException("the first one");
                            }
                        });
        for (byte frame = 1; frame <= 3; frame++) {
            queue.add(new byte[] {frame});
        }
        channel.runPendingTasks();
        assertThat(received).containsExactly((byte) 1, (byte) 2, (byte) 3);
        assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
        channel.finishAndReleaseAll();
    }

    private CompletableFuture<byte[]> push(Worker worker) {
        return service.bean(Workers.class)
                .push(worker.connection.pid(), new byte[1], Duration.ofMinutes(1));
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
