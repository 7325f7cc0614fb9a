package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.ServiceContext;

import io.micrometer.core.instrument.Clock;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Pushes to a worker that loses what follows the answer to its registration closely. */
@ExtendWith(LeakGuard.class)
class HeldFramesTests {

    private static final Duration PAUSE = Duration.ofMillis(250);

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private final ServiceContext service =
            new ServiceContext("frontdoor.limits.max-outbound-bytes=1000B");
    private final ConnectedWorkers workers = new ConnectedWorkers(service);

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void pushesWaitForThePauseAndKeepTheirOrder() {
        Worker worker = registered(PAUSE);
        var _ = push(worker, 1);
        var _ = push(worker, 2);
        service.time().advance(PAUSE.minusMillis(20));
        assertThat(pushes(worker)).isEmpty();
        var _ = push(worker, 3);
        service.time().advance(Duration.ofMillis(40));
        assertThat(pushes(worker)).containsExactly(1, 2, 3);
        var _ = push(worker, 4);
        service.time().runTasks();
        assertThat(pushes(worker)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void pushLongAfterTheAnswerDoesNotWait() {
        Worker worker = registered(PAUSE);
        service.time().advance(PAUSE);
        var _ = push(worker, 1);
        service.time().runTasks();
        assertThat(pushes(worker)).containsExactly(1);
    }

    @Test
    void frameThatFailsDoesNotTakeThoseBehindItAlong() {
        EmbeddedChannel channel = new EmbeddedChannel();
        List<Throwable> failures = new ArrayList<>();
        List<Byte> written = new ArrayList<>();
        HeldFrames held =
                new HeldFrames(
                        new RecordingTransport(channel, true, Duration.ZERO),
                        new RunningTime(Clock.SYSTEM),
                        new LoopTasks(channel.eventLoop(), failures::add),
                        frame -> {
                            written.add(frame[0]);
                            if (frame[0] == 1) {
                                throw new IllegalStateException("the first one");
                            }
                        });
        for (byte frame = 1; frame <= 3; frame++) {
            held.add(new byte[] {frame});
        }
        assertThat(written).isEmpty();

        held.onAnswered(true);

        assertThat(written).containsExactly((byte) 1, (byte) 2, (byte) 3);
        assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
        channel.finishAndReleaseAll();
    }

    @Test
    void frameOfTheWorkerEndsThePause() {
        Worker worker = registered(PAUSE);
        var _ = push(worker, 1);
        service.time().runTasks();
        assertThat(pushes(worker)).isEmpty();

        worker.sends(new Ping(0));

        assertThat(pushes(worker)).containsExactly(1);
        var _ = push(worker, 2);
        service.time().runTasks();
        assertThat(pushes(worker)).containsExactly(1, 2);
        assertThat(worker.transport.sent).contains(new Pong(0));
    }

    @Test
    void everyAnswerToARegistrationIsFollowedByAPause() {
        Worker worker = registered(PAUSE);
        service.time().advance(PAUSE);
        service.notifier()
                .about(
                        "again",
                        (_, _) -> {
                            throw new RegistrationRejectedException("no");
                        });
        worker.sends(new WorkerRegister(0, Registrations.of("again").build()));
        worker.awaits(WorkerRegisterAck.rejected("no"));
        var _ = push(worker, 1);
        service.time().advance(PAUSE.minusMillis(20));
        assertThat(pushes(worker)).isEmpty();
        service.time().advance(Duration.ofMillis(40));
        assertThat(pushes(worker)).containsExactly(1);
    }

    @Test
    void pushesThatWaitNeedRoom() {
        Worker worker = registered(PAUSE);
        CompletableFuture<byte[]> first = push(worker, 600);
        CompletableFuture<byte[]> second = push(worker, 600);
        service.time().runTasks();
        assertThat(first).isNotDone();
        assertThat(second).failsWithin(MAX_WAIT);
    }

    @Test
    void pushesThatWaitAreDroppedWithTheConnection() {
        Worker worker = registered(PAUSE);
        CompletableFuture<byte[]> push = push(worker, 1);
        service.time().runTasks();
        worker.connection.broken("");
        service.time().advance(PAUSE.multipliedBy(2));
        assertThat(pushes(worker)).isEmpty();
        assertThat(push).failsWithin(MAX_WAIT);
    }

    @Test
    void transportWithoutAPauseSendsAtOnce() {
        Worker worker = registered(Duration.ZERO);
        var _ = push(worker, 1);
        service.time().runTasks();
        assertThat(pushes(worker)).containsExactly(1);
    }

    private Worker registered(Duration pause) {
        Worker worker = workers.connect(pause);
        worker.sends(new WorkerRegister(0, TestWorker.registration("w")));
        worker.awaits(WorkerRegisterAck.ACCEPTED);
        return worker;
    }

    private CompletableFuture<byte[]> push(Worker worker, int size) {
        return service.bean(Workers.class)
                .push(worker.connection.pid(), new byte[size], Duration.ofMinutes(1));
    }

    private static List<Integer> pushes(Worker worker) {
        return worker.transport.sent.stream()
                .filter(Push.class::isInstance)
                .map((Frame push) -> ((Push) push).payload().size())
                .toList();
    }
}
