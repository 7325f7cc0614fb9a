package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ServiceContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/** A worker whose registrations are rejected again and again. */
class RejectedWorkerTests {

    private static final Frame REJECTED =
            new WorkerRegister(0, TestWorker.registration("x".repeat(993)));
    private static final Duration MESSAGE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STEP = Duration.ofNanos(RejectionPace.STEP);
    private static final Duration MAX_DELAY = Duration.ofNanos(RejectionPace.MAX_DELAY);

    private final ServiceContext service = new ServiceContext("frontdoor.heartbeat.interval=0s");
    private final Worker worker = new ConnectedWorkers(service).connect();

    @AfterEach
    void stop() {
        worker.connection.broken("the test is over");
        service.close();
    }

    @Test
    void answersWaitFromTheTenthOn() {
        sends(9);
        assertThat(answers()).isEqualTo(9);
        sends(1);
        assertThat(answers()).isEqualTo(9);
        service.time().advance(STEP.minusMillis(1));
        assertThat(answers()).isEqualTo(9);
        service.time().advance(Duration.ofMillis(1));
        assertThat(answers()).isEqualTo(10);
        sends(1);
        service.time().advance(STEP.multipliedBy(2).minusMillis(1));
        assertThat(answers()).isEqualTo(10);
        service.time().advance(Duration.ofMillis(1));
        assertThat(answers()).isEqualTo(11);
    }

    @Test
    void whatComesWhileAnAnswerWaitsIsHandledBehindIt() {
        sends(10);
        sends(1);
        worker.sends(new Ping(0));
        runTasks();
        assertThat(decided()).isEqualTo(10);
        assertThat(answers()).isEqualTo(9);

        service.time().advance(STEP.multipliedBy(3).plusMillis(50));

        assertThat(decided()).isEqualTo(11);
        assertThat(worker.transport.sent).hasSize(12).endsWith(new Pong(0));
    }

    @Test
    void readingStopsWhenTooMuchComesWhileAnAnswerWaits() {
        sends(10);
        for (int i = 0; i < 40; i++) {
            worker.sends(REJECTED);
        }
        assertThat(worker.channel.config().isAutoRead()).isFalse();
        assertThat(decided()).isEqualTo(10);
    }

    @Test
    void backlogOfASlowedWorkerIsNotKeptForLong() {
        sends(10);
        for (int i = 0; i < 40; i++) {
            worker.sends(REJECTED);
        }
        service.time().advance(MESSAGE_TIMEOUT.minusSeconds(1));
        assertThat(worker.transport.closed()).isNull();
        assertThat(service.value("frontdoor.budget.used", "budget", "messages")).isPositive();

        service.time().advance(Duration.ofSeconds(2));

        assertThat(worker.transport.closed()).isEqualTo(CloseCause.BACKLOG);
        assertThat(service.value("frontdoor.budget.used", "budget", "messages")).isZero();
    }

    @Test
    void slowedWorkerThatWaitsForItsAnswersStays() {
        sends(29);
        service.time().advance(MESSAGE_TIMEOUT);
        for (int i = 0; i < 30; i++) {
            sends(2);
            service.time().advance(MAX_DELAY.multipliedBy(2).plusMillis(20));
        }
        assertThat(worker.transport.closed()).isNull();
    }

    @Test
    void floodIsAnsweredAtTheSlowestPaceInTheEnd() {
        sends(29);
        service.time().advance(Duration.ofMinutes(1));
        long answers = answers();
        for (int i = 0; i < 30; i++) {
            sends(1);
            service.time().advance(MAX_DELAY.plusMillis(10));
        }
        assertThat(answers()).isEqualTo(answers + 30);
    }

    @Test
    void answerThatWaitsIsDroppedAtTheEndOfTheConnection() {
        sends(10);
        worker.connection.broken("gone");
        int sent = worker.transport.sent.size();
        service.time().advance(MAX_DELAY);
        assertThat(worker.transport.sent).hasSize(sent);
    }

    @Test
    void acceptedRegistrationIsNeverSlowed() {
        sends(10);
        service.time().advance(STEP);
        for (int i = 1; i <= 20; i++) {
            String identity = "worker-" + i;
            worker.sends(new WorkerRegister(0, TestWorker.registration(identity)));
            worker.awaits(WorkerRegisterAck.ACCEPTED);
            worker.transport.sent.clear();
        }
        sends(1);
        assertThat(answers()).as("a refused replacement is slowed too").isZero();
        service.time().advance(STEP.multipliedBy(2));
        assertThat(answers()).isOne();
    }

    private void sends(int count) {
        for (int i = 0; i < count; i++) {
            worker.sends(REJECTED);
            runTasks();
        }
    }

    private void runTasks() {
        service.time().runTasks();
    }

    private long answers() {
        return worker.transport.sent.stream().filter(WorkerRegisterAck.class::isInstance).count();
    }

    private double decided() {
        return service.value("frontdoor.registrations", "outcome", "rejected");
    }
}
