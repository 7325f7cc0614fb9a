package com.example.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.frontdoor.notifier.Eviction;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushRefusal.Code;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.FrontDoorExtension;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Each test has a task queue of its own. */
class DispatcherTests {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @RegisterExtension
    static final FrontDoorExtension frontDoor =
            FrontDoorExtension.with(DispatcherConfiguration.class)
                    .property("dispatcher.max-pending-per-worker", "2")
                    .property("dispatcher.max-deaths", "3")
                    .property("dispatcher.busy-pause", "10ms")
                    .property("frontdoor.drain.push-grace", "60s")
                    .property("frontdoor.registrations.decision-timeout", "60s")
                    .property("frontdoor.notifiers.timeout", "30s");

    private Dispatcher dispatcher;
    private String taskQueue;

    @BeforeEach
    void start(TestInfo test) {
        dispatcher = frontDoor.bean(Dispatcher.class);
        taskQueue = test.getDisplayName();
    }

    @Test
    void taskWaitsForAWorkerOfItsQueueAndItsActivity() throws Exception {
        CompletableFuture<byte[]> charge = submit("charge", "order 7");
        try (TestWorker refunder = worker("refunder", "refund");
                TestWorker stranger =
                        connect(Registrations.of("stranger").activityTypes("charge"));
                TestWorker charger = worker("charger", "charge")) {
            reply(charger, "order 7");

            assertEquals("done: order 7", result(charge));
            refunder.expectNothing();
            stranger.expectNothing();
        }
    }

    @Test
    void leastBusyWorkerGetsTheTaskAndNoneGetsTooMany() throws Exception {
        for (int i = 1; i <= 4; i++) {
            submit("echo", "task " + i);
        }
        CompletableFuture<byte[]> fifth = submit("echo", "task 5");
        try (TestWorker first = worker("first", "echo");
                TestWorker second = worker("second", "echo")) {
            Push held = first.expect(Push.class);
            first.expect(Push.class);
            second.expect(Push.class);
            second.expect(Push.class);
            first.expectNothing();
            second.expectNothing();

            first.send(TestWorker.reply(held, new byte[0]));
            reply(first, "task 5");
            result(fifth);
            submit("echo", "task 6");

            first.expect(Push.class);
            second.expectNothing();
        }
    }

    @Test
    void busyWorkerRestsAndAnotherGetsTheTask() throws Exception {
        CompletableFuture<byte[]> result = submit("echo", "task");
        try (TestWorker busy = worker("busy", "echo")) {
            busy.answerPushes(push -> TestWorker.refusal(push, Code.BUSY, "no room"));
            try (TestWorker idle = worker("idle", "echo")) {
                idle.replyToPushes(payload -> "idle".getBytes(UTF_8));

                assertEquals("idle", result(result));
            }
        }
    }

    @Test
    void taskThatAWorkerFindsInvalidFails() throws Exception {
        CompletableFuture<byte[]> result = submit("echo", "nonsense");
        try (TestWorker worker = worker("worker", "echo")) {
            worker.answerPushes(push -> TestWorker.refusal(push, Code.INVALID, "what is this?"));

            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> result(result));
            PushException push = assertInstanceOf(PushException.class, failure.getCause());
            assertEquals("what is this?", push.refusal().orElseThrow().words());
        }
    }

    @Test
    void taskOfAWorkerThatVanishesGoesToAnother() throws Exception {
        CompletableFuture<byte[]> result = submit("echo", "task");
        try (TestWorker vanishing = worker("vanishing", "echo")) {
            vanishing.expect(Push.class);
            try (TestWorker staying = worker("staying", "echo")) {
                vanishing.vanish();
                reply(staying, "task");

                assertEquals("done: task", result(result));
            }
        }
    }

    @Test
    void taskThatNoWorkerSurvivesFails() throws Exception {
        CompletableFuture<byte[]> result = submit("echo", "deadly");
        for (int i = 1; i <= 3; i++) {
            try (TestWorker victim = worker("victim", "echo")) {
                victim.expect(Push.class);
                victim.vanish();
            }
        }

        ExecutionException failure = assertThrows(ExecutionException.class, () -> result(result));
        PushException push = assertInstanceOf(PushException.class, failure.getCause());
        assertEquals(PushException.Reason.DISCONNECTED, push.reason());
    }

    @Test
    void taskWithAnArgumentThatIsNotAllowedIsRefusedWithTheLimit() {
        assertEquals(
                "the payload of 65537 bytes exceeds dispatcher.max-payload-size (65536B)",
                refusal("echo", new byte[64 * 1024 + 1], LIMIT));
        assertEquals(
                "a task queue or an activity type has more than 1024 characters",
                refusal("e".repeat(1025), new byte[0], LIMIT));
        assertEquals(
                "the time limit must be more than zero and at most PT24H, was PT0S",
                refusal("echo", new byte[0], Duration.ZERO));
        assertEquals(
                "the time limit must be more than zero and at most PT24H, was PT25H",
                refusal("echo", new byte[0], Duration.ofHours(25)));
    }

    private String refusal(String activityType, byte[] payload, Duration limit) {
        return assertThrows(
                        IllegalArgumentException.class,
                        () -> dispatcher.submit(taskQueue, activityType, payload, limit))
                .getMessage();
    }

    @Test
    void taskThatNoWorkerTakesInTimeFails() {
        CompletableFuture<byte[]> result =
                dispatcher.submit(taskQueue, "echo", new byte[0], Duration.ofMillis(1)).result();

        ExecutionException failure = assertThrows(ExecutionException.class, () -> result(result));
        assertInstanceOf(TimeoutException.class, failure.getCause());
    }

    @Test
    void evictedWorkerFinishesItsTaskAndGetsNoOther() throws Exception {
        CompletableFuture<byte[]> pending = submit("echo", "pending");
        try (TestWorker leaving = worker("leaving", "echo")) {
            Push push = leaving.expect(Push.class);

            frontDoor.evict(WorkerFilter.taskQueue(taskQueue));
            CompletableFuture<byte[]> waiting = submit("echo", "waiting");
            leaving.expectNothing();
            leaving.send(TestWorker.reply(push, "done".getBytes(UTF_8)));

            assertEquals("done", result(pending));
            leaving.expectClose(1012);
            try (TestWorker successor = worker("leaving", "echo")) {
                reply(successor, "waiting");
                assertEquals("done: waiting", result(waiting));
            }
        }
    }

    @Test
    void workersOfACanceledEvictionGetTasksAgainLongBeforeItsDeadline() throws Exception {
        try (TestWorker worker = worker("worker", "echo")) {
            worker.replyToPushes(payload -> payload);
            Eviction eviction =
                    frontDoor
                            .bean(Workers.class)
                            .evict(
                                    EvictionRequest.all(WorkerFilter.taskQueue(taskQueue))
                                            .withDeadline(Duration.ofHours(24)));
            assertTrue(eviction.cancel());

            assertEquals("task", result(submit("echo", "task")));
        }
    }

    @Test
    void drainStopsTheDispatcherUntilWorkersAreAcceptedAgain() throws Exception {
        CompletableFuture<byte[]> pending = submit("echo", "pending");
        CompletableFuture<byte[]> waiting;
        try (TestWorker worker = worker("worker", "echo")) {
            Push push = worker.expect(Push.class);

            frontDoor.drain();
            waiting = submit("echo", "waiting");
            worker.expectNothing();
            worker.send(TestWorker.reply(push, "done".getBytes(UTF_8)));

            assertEquals("done", result(pending));
            worker.expectClose(1012);
            assertTrue(!waiting.isDone());
        } finally {
            frontDoor.cancelDrain();
        }
        try (TestWorker worker = worker("worker", "echo")) {
            reply(worker, "waiting");
            assertEquals("done: waiting", result(waiting));
        }
    }

    private CompletableFuture<byte[]> submit(String activityType, String payload) {
        return dispatcher.submit(taskQueue, activityType, payload.getBytes(UTF_8), LIMIT).result();
    }

    private TestWorker worker(String identity, String activityType) throws IOException {
        return connect(Registrations.of(identity).taskQueue(taskQueue).activityTypes(activityType));
    }

    private static TestWorker connect(Registrations registration) throws IOException {
        TestWorker worker = TestWorker.to(frontDoor.url()).timeout(LIMIT).connect();
        WorkerRegistration declared = registration.build();
        assertTrue(worker.register(declared).accepted());
        return worker;
    }

    /** Expects a push with this payload, and replies to it. */
    private static void reply(TestWorker worker, String payload) {
        Push push = worker.expect(Push.class);
        assertEquals(payload, new String(push.payload().toByteArray(), UTF_8));
        worker.send(TestWorker.reply(push, ("done: " + payload).getBytes(UTF_8)));
    }

    private static String result(CompletableFuture<byte[]> result) throws Exception {
        return new String(result.get(LIMIT.toSeconds(), TimeUnit.SECONDS), UTF_8);
    }
}
