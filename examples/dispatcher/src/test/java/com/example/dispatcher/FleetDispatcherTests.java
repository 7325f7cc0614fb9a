package com.example.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.test.FrontDoorExtension;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Two instances that share a Redis. Each test has a task queue of its own. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FleetDispatcherTests {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @RegisterExtension
    @Order(1)
    static final RedisProcess redis = new RedisProcess();

    @RegisterExtension
    @Order(2)
    static final FrontDoorExtension one = instance();

    @RegisterExtension
    @Order(3)
    static final FrontDoorExtension two = instance();

    private final List<TestWorker> workers = new ArrayList<>();
    private Dispatcher dispatcher;
    private String taskQueue;

    private static FrontDoorExtension instance() {
        return FrontDoorExtension.with(DispatcherConfiguration.class)
                .property("dispatcher.heartbeat", "100ms")
                .property("dispatcher.busy-pause", "10ms")
                .property("dispatcher.max-tasks", "5")
                .property("frontdoor.directory.enabled", "true")
                .property("frontdoor.directory.lease", "30s")
                .property("frontdoor.directory.renewal-interval", "500ms")
                .property("spring.data.redis.port", redis.port())
                .property("frontdoor.registrations.decision-timeout", "60s")
                .property("frontdoor.notifiers.timeout", "30s");
    }

    @BeforeEach
    void start(TestInfo test) {
        dispatcher = one.bean(Dispatcher.class);
        taskQueue = test.getDisplayName();
    }

    @AfterEach
    void stop() {
        // A task that runs twice still needs its worker.
        awaitNoTask();
        workers.forEach(TestWorker::close);
    }

    @Test
    void taskGoesToAWorkerOfAnotherInstance() throws Exception {
        worker(two).replyToPushes(payload -> "two".getBytes(UTF_8));

        assertEquals("two", result(submit("task")));
    }

    @Test
    void taskOfAWorkerThatVanishesFromAnotherInstanceGoesToAThird() throws Exception {
        TestWorker vanishing = worker(two);
        Task task = submit("task");
        vanishing.expect(Push.class);

        worker(one).replyToPushes(payload -> "one".getBytes(UTF_8));
        vanishing.vanish();

        assertEquals("one", result(task));
    }

    @Test
    void tasksOfADeadInstanceAreTakenOver() {
        RedisTasks dead = store("dead");
        dead.keep(task("of the dead", LIMIT)).join();

        Set<String> executed = executedBy(worker(one));

        Waiting.until("it is executed", () -> executed.equals(Set.of("of the dead")));
        Waiting.until("it is forgotten", () -> !dead.heartbeats().containsKey("dead"));
    }

    @Test
    void tasksOfAnInstanceThatHasALaterHeartbeatAreNotClaimed() {
        LettuceConnectionFactory elsewhere = databaseOfNobody();
        try {
            ReactiveStringRedisTemplate template = new ReactiveStringRedisTemplate(elsewhere);
            RedisTasks living = new RedisTasks("living", template);
            RedisTasks other = new RedisTasks("other", template);
            living.keep(task("task", LIMIT)).join();
            living.beat();

            assertEquals(0, other.claim("living", "0", 10));
            assertEquals(1, living.size());

            assertEquals(1, other.claim("living", "1", 10));
            assertEquals(0, living.size());
            assertEquals(1, other.size());
            assertEquals(Set.of("other"), other.heartbeats().keySet());
        } finally {
            elsewhere.destroy();
        }
    }

    private static LettuceConnectionFactory databaseOfNobody() {
        LettuceConnectionFactory factory =
                new LettuceConnectionFactory("localhost", Integer.parseInt(redis.port()));
        factory.setDatabase(1);
        factory.afterPropertiesSet();
        factory.start();
        return factory;
    }

    @Test
    void moreTasksThanOneInstanceHasRoomForAreTakenOver() {
        RedisTasks dead = store("dead");
        Set<String> kept = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            kept.add("task " + i);
            dead.keep(task("task " + i, LIMIT)).join();
        }

        Set<String> executed = executedBy(worker(one));

        Waiting.until("all are executed", () -> executed.equals(kept));
    }

    @Test
    void taskWhoseTimeWasOverWhenItsInstanceDiedReachesNobody() {
        RedisTasks dead = store("dead");
        dead.keep(task("late", Duration.ofMillis(1))).join();
        TestWorker worker = worker(one);

        Waiting.until("it is forgotten", () -> !dead.heartbeats().containsKey("dead"));

        awaitNoTask();
        worker.expectNothing();
    }

    @Test
    void taskThatCannotBeReadDoesNotHoldUpOthers() {
        RedisTasks dead = store("dead");
        redis.command("HSET dispatcher:{tasks}:of:dead id nonsense");
        dead.keep(task("task", LIMIT)).join();

        Set<String> executed = executedBy(worker(two));

        Waiting.until("it is executed", () -> executed.equals(Set.of("task")));
        redis.command("HDEL dispatcher:{tasks}:of:" + instanceOf(one) + " id");
        redis.command("HDEL dispatcher:{tasks}:of:" + instanceOf(two) + " id");
    }

    @Test
    void taskIsRejectedWhileRedisIsAwayAndThoseThatAreStoredGoOn() throws Exception {
        TestWorker worker = worker(one);
        Task stored = submit("stored");
        Push push = worker.expect(Push.class);

        redis.kill();
        Task rejected = submit("rejected");
        worker.send(TestWorker.reply(push, "done".getBytes(UTF_8)));

        assertEquals("done", result(stored));
        assertInstanceOf(
                RejectedExecutionException.class,
                assertThrows(ExecutionException.class, () -> result(rejected)).getCause());
        assertThrows(ExecutionException.class, () -> rejected.stored().get());
        restartRedis();
    }

    @Test
    void tasksThatRedisHasLostAreStoredAgain() throws Exception {
        TestWorker worker = worker(one);
        Task task = submit("task");
        Push push = worker.expect(Push.class);

        redis.kill();
        restartRedis();

        Waiting.until("it is stored", () -> redis.sizeOf("of:" + instanceOf(one)) == 1);
        worker.send(TestWorker.reply(push, "done".getBytes(UTF_8)));
        assertEquals("done", result(task));
    }

    private Task submit(String payload) {
        return dispatcher.submit(taskQueue, "echo", payload.getBytes(UTF_8), LIMIT);
    }

    private Task task(String payload, Duration limit) {
        Route route = new Route(taskQueue, "echo");
        return new Task(UUID.randomUUID().toString(), route, payload.getBytes(UTF_8), limit, 0);
    }

    private TestWorker worker(FrontDoorExtension instance) {
        try {
            TestWorker worker = TestWorker.to(instance.url()).timeout(LIMIT).connect();
            workers.add(worker);
            worker.register(Registrations.of("worker").taskQueue(taskQueue).build());
            return worker;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The payloads of the tasks that a worker has executed so far. A task may run twice: on a busy
     * machine a living instance may miss its heartbeats.
     */
    private static Set<String> executedBy(TestWorker worker) {
        Set<String> executed = ConcurrentHashMap.newKeySet();
        worker.replyToPushes(payload -> {
            executed.add(new String(payload, UTF_8));
            return payload;
        });
        return executed;
    }

    /** The tasks of an instance that runs in no process. */
    private static RedisTasks store(String instance) {
        return new RedisTasks(instance, one.bean(ReactiveStringRedisTemplate.class));
    }

    private static String instanceOf(FrontDoorExtension instance) {
        return instance.bean(Environment.class).getProperty("frontdoor.instance-name");
    }

    /** Starts Redis without any task, and waits until both instances have reached it. */
    private static void restartRedis() {
        redis.start();
        Waiting.until("both live", () -> redis.sizeOf("heartbeats") == 2);
    }

    private static void awaitNoTask() {
        for (FrontDoorExtension instance : List.of(one, two)) {
            Waiting.until(
                    "no task is left",
                    () ->
                            instance.bean(AcceptedTasks.class).size() == 0
                                    && redis.sizeOf("of:" + instanceOf(instance)) == 0);
        }
    }

    private static String result(Task task) throws Exception {
        return new String(task.result().get(LIMIT.toSeconds(), TimeUnit.SECONDS), UTF_8);
    }
}
