package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Ping;
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

/** What many workers together may leave unread. */
@ExtendWith(LeakGuard.class)
class UnreadFramesTests {

    private static final int LIMIT = 1_000_000;
    private static final int LARGE = 300_000;
    private static final Duration SWEEP = Duration.ofMillis(260);

    private final ServiceContext service =
            new ServiceContext(
                    "frontdoor.limits.max-unread-bytes=" + LIMIT,
                    "frontdoor.limits.max-outbound-bytes=400000");
    private final ConnectedWorkers workers = new ConnectedWorkers(service);
    private final List<Worker> connected = new ArrayList<>();

    @AfterEach
    void allIsGivenBackInTheEnd() {
        for (Worker worker : connected) {
            worker.connection.broken("the test is over");
            worker.channel.finishAndReleaseAll();
        }
        assertThat(unread()).isZero();
        service.close();
    }

    @Test
    void pushThatFindsNoRoomBesideThoseToOtherWorkersIsNotAdmitted() {
        for (int i = 1; i <= 3; i++) {
            register("worker-" + i).channel.stopTaking();
            assertThat(push("worker-" + i)).isNotDone();
        }
        service.time().runTasks();
        Worker last = register("worker-4");

        assertThat(push("worker-4"))
                .failsWithin(ServerUnderTest.MAX_WAIT)
                .withThrowableOfType(Exception.class)
                .havingCause()
                .isInstanceOfSatisfying(
                        PushException.class,
                        e -> assertThat(e.reason()).isEqualTo(PushException.Reason.OUTBOUND_FULL));
        assertThat(unread()).isBetween(3.0 * LARGE, (double) LIMIT);

        connected.getFirst().channel.take(connected.getFirst().channel.pendingBytes());
        service.time().advance(SWEEP);
        CompletableFuture<byte[]> next = push("worker-4");
        service.time().runTasks();
        assertThat(next).isNotDone();
        assertThat(last.transport.closed()).isNull();
    }

    @Test
    void pushThatWasReadNeedsNoRoom() {
        register("worker-1");
        for (int i = 0; i < 20; i++) {
            assertThat(push("worker-1")).isNotDone();
            service.time().runTasks();
        }
        assertThat(unread()).isZero();
    }

    @Test
    void pushToAWorkerThatLeavesGivesItsRoomBack() {
        Worker worker = register("worker-1");
        worker.channel.stopTaking();
        CompletableFuture<byte[]> _ = push("worker-1");
        worker.connection.broken("gone");
        service.time().runTasks();
        var _ = worker.channel.close();
        service.time().runTasks();
        assertThat(unread()).isZero();
    }

    @Test
    void answersThatNobodyReadsEndTheWorkersThatLeaveThem() {
        Worker reader = register("reader");
        List<Worker> others = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Worker worker = register("worker-" + i);
            others.add(worker);
            worker.channel.stopTaking();
            while (worker.channel.isWritable()) {
                worker.sends(new Ping(0));
            }
            worker.connection.onWritabilityChanged();
        }
        service.time().advance(SWEEP);

        assertThat(others)
                .filteredOn(worker -> worker.transport.closed() == CloseCause.SLOW_READER)
                .hasSizeBetween(1, 29);
        assertThat(unread()).isBetween(LIMIT / 2.0, (double) LIMIT);
        assertThat(reader.transport.closed()).isNull();
    }

    private Worker register(String identity) {
        Worker worker = workers.register(identity);
        connected.add(worker);
        return worker;
    }

    private CompletableFuture<byte[]> push(String identity) {
        return service.bean(Workers.class)
                .push(service.notifier().pidOf(identity), new byte[LARGE], Duration.ofHours(1));
    }

    private double unread() {
        return service.value("frontdoor.budget.used", "budget", "unread");
    }
}
