package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.ServiceContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Workers that read slower than they are sent to. */
@ExtendWith(LeakGuard.class)
class SlowReaderTests {

    private static final int LARGE = 600_000;

    /** How long a worker may take no bytes: the heartbeat's interval and timeout. */
    private static final Duration TIMEOUT = Duration.ofSeconds(35);

    private static final Duration SWEEP = Duration.ofMillis(260);

    private final ServiceContext service = new ServiceContext();
    private final ConnectedWorkers workers = new ConnectedWorkers(service);
    private final Worker worker = workers.register("worker-7");

    @AfterEach
    void stop() {
        worker.channel.finishAndReleaseAll();
        service.close();
    }

    @Test
    void pushThatFindsNoRoomIsNotAdmittedAndTheWorkerStays() {
        worker.channel.stopTaking();
        List<CompletableFuture<byte[]>> pushes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pushes.add(push(LARGE));
        }
        service.time().runTasks();
        assertThat(pushes.get(0)).isNotDone();
        assertThat(pushes.subList(1, 3))
                .allSatisfy(push ->
                        assertThat(push)
                                .failsWithin(ServerUnderTest.MAX_WAIT)
                                .withThrowableOfType(Exception.class)
                                .havingCause()
                                .isInstanceOfSatisfying(
                                        PushException.class,
                                        e ->
                                                assertThat(e.reason().name())
                                                        .isEqualTo("OUTBOUND_FULL")));
        assertThat(worker.transport.closed()).isNull();
        assertThat(worker.channel.pendingBytes()).isLessThan(2 * LARGE);

        worker.channel.take(worker.channel.pendingBytes());
        CompletableFuture<byte[]> next = push(LARGE);
        service.time().runTasks();
        assertThat(next).isNotDone();
    }

    @Test
    void pushOfTheLargestSizeIsAdmittedForAWorkerThatReads() {
        CompletableFuture<byte[]> push = push(1024 * 1024);
        service.time().runTasks();
        assertThat(push).isNotDone();
        assertThat(worker.transport.closed()).isNull();
    }

    @Test
    void workerThatTakesSomeBytesNowAndThenStays() {
        worker.channel.stopTaking();
        var _ = push(LARGE);
        service.time().runTasks();
        worker.connection.onWritabilityChanged();
        for (int i = 0; i < 4; i++) {
            service.time().advance(TIMEOUT.minusSeconds(1));
            assertThat(worker.transport.closed()).isNull();
            worker.channel.take(1_000);
        }
        service.time().advance(TIMEOUT.minusSeconds(1));
        assertThat(worker.transport.closed()).isNull();
        service.time().advance(Duration.ofSeconds(1).plus(SWEEP).plus(SWEEP));
        assertThat(worker.transport.closed()).isEqualTo(CloseCause.SLOW_READER);
    }

    @Test
    void workerThatTakesWholeMessagesNowAndThenStays() {
        worker.channel.stopTaking();
        for (int i = 0; i < 10; i++) {
            var _ = push(100_000);
        }
        service.time().runTasks();
        worker.connection.onWritabilityChanged();
        for (int i = 0; i < 5; i++) {
            service.time().advance(TIMEOUT.minusSeconds(1));
            assertThat(worker.transport.closed()).isNull();
            worker.channel.take(100_100);
        }
    }

    private CompletableFuture<byte[]> push(int size) {
        return service.bean(Workers.class)
                .push(service.notifier().pidOf("worker-7"), new byte[size], Duration.ofHours(1));
    }
}
