package dev.frontdoor.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.directory.FleetUnderTest.Node;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.FleetException;
import dev.frontdoor.notifier.FleetResult;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.test.server.RedisServer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Actions on workers of other instances, by a real Redis. */
class FleetActionsTests {

    private static final byte[] PAYLOAD = "task".getBytes(StandardCharsets.UTF_8);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String KEY = "the key of the fleet in tests";

    private static RedisServer server;

    private FleetUnderTest test;
    private Node one;
    private Node two;

    @BeforeAll
    static void startRedis() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopRedis() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void join() {
        test = new FleetUnderTest(server.port(), Duration.ofSeconds(30));
        one = test.node("host-1/a", KEY);
        two = test.node("host-2/b", KEY);
    }

    @AfterEach
    void leave() throws Exception {
        test.close();
    }

    @Test
    void aPushReturnsTheReplyOfAWorkerOfAnotherInstance() throws Exception {
        CompletableFuture<byte[]> reply = one.fleet.push(two.name, 2, PAYLOAD, LIMIT);
        pushed(two).complete("done".getBytes(StandardCharsets.UTF_8));

        assertThat(get(reply)).asString(StandardCharsets.UTF_8).isEqualTo("done");
        assertThat(two.workers.done).containsExactly("push 2 task");
        assertThat(one.workers.done).isEmpty();
        expectNothingPending(one);
    }

    @Test
    void aPushReturnsTheRefusalOfTheWorker() {
        CompletableFuture<byte[]> reply = one.fleet.push(two.name, 2, PAYLOAD, LIMIT);
        PushRefusal refusal = new PushRefusal(PushRefusal.Code.BUSY, "come back later");
        pushed(two).completeExceptionally(new PushException(refusal, "it refused"));

        PushException failure = pushFailure(reply);
        assertThat(failure.refusal()).contains(refusal);
        assertThat(failure).hasMessage("it refused");
    }

    @Test
    void aPushFailsForTheReasonOfTheOtherInstance() {
        assertThat(pushFailure(one.fleet.push(two.name, 9, PAYLOAD, LIMIT)).reason())
                .isEqualTo(Reason.UNKNOWN_PID);
        assertThat(pushFailure(one.fleet.push(two.name, 0, PAYLOAD, LIMIT)).reason())
                .isEqualTo(Reason.UNKNOWN_PID);
        assertThat(pushFailure(one.fleet.send(two.name, 0, PAYLOAD)).reason())
                .isEqualTo(Reason.UNKNOWN_PID);
        assertThat(two.workers.done).isEmpty();
    }

    @Test
    void nothingOfAPushToAWorkerOfThisInstanceLeavesTheProcess() throws Exception {
        long before = calls();
        CompletableFuture<byte[]> reply = one.fleet.push(one.name, 1, PAYLOAD, LIMIT);
        pushed(one).complete(PAYLOAD);
        assertThat(get(reply)).isEqualTo(PAYLOAD);
        assertThat(get(one.fleet.disconnect(one.name, 1, "why"))).isTrue();
        assertThat(get(one.fleet.evict(one.name, 2))).isTrue();

        assertThat(calls()).isEqualTo(before);
        assertThat(one.workers.done).containsExactly("push 1 task", "disconnect 1 why", "evict 2");
    }

    @Test
    void anActionOnAnInstanceWithoutALeaseFailsAtOnce() {
        assertThat(pushFailure(one.fleet.push("host-9/x", 2, PAYLOAD, LIMIT)))
                .hasMessage("instance host-9/x has no live lease")
                .extracting(PushException::reason)
                .isEqualTo(Reason.UNREACHABLE);
        assertThat(failure(one.fleet.disconnect("host-9/x", 2, "why")))
                .isInstanceOf(FleetException.class);
        expectNothingPending(one);
    }

    @Test
    void aPushEndsOnceItsInstanceHasLostItsLease() throws Exception {
        try (FleetUnderTest shortLived = new FleetUnderTest(server.port(), Duration.ofSeconds(3))) {
            Node asking = shortLived.node("host-3/c", "");
            Node dying = shortLived.node("host-4/d", "");
            CompletableFuture<byte[]> reply = asking.fleet.push(dying.name, 1, PAYLOAD, LIMIT);
            CompletableFuture<byte[]> late = pushed(dying);
            dying.die();

            assertThat(pushFailure(reply).reason()).isEqualTo(Reason.UNREACHABLE);
            late.complete(PAYLOAD);
            await().atMost(FleetUnderTest.MAX_WAIT)
                    .untilAsserted(() -> assertThat(asking.refused("late")).isEqualTo(1));
        }
    }

    @Test
    void aPushEndsOnceItsAnswerMayBeLost() throws Exception {
        try (FleetUnderTest shortLived = new FleetUnderTest(server.port(), Duration.ofSeconds(8))) {
            Node asking = shortLived.node("host-3/c", "");
            Node asked = shortLived.node("host-4/d", "");
            CompletableFuture<byte[]> reply = asking.fleet.push(asked.name, 1, PAYLOAD, LIMIT);
            CompletableFuture<byte[]> _ = pushed(asked);

            shortLived.redis().flushall();

            assertThat(pushFailure(reply).reason()).isEqualTo(Reason.UNREACHABLE);
        }
    }

    @Test
    void aPushEndsAtItsTimeLimit() {
        CompletableFuture<byte[]> reply =
                one.fleet.push(two.name, 2, PAYLOAD, Duration.ofMillis(300));

        assertThat(pushFailure(reply).reason()).isEqualTo(Reason.EXPIRED);
        expectNothingPending(one);
    }

    @Test
    void aCanceledPushIsCanceledAtItsInstance() {
        CompletableFuture<byte[]> reply = one.fleet.push(two.name, 2, PAYLOAD, LIMIT);
        CompletableFuture<byte[]> pushed = pushed(two);
        reply.cancel(false);

        await().atMost(FleetUnderTest.MAX_WAIT).until(pushed::isCancelled);
        expectNothingPending(one);
    }

    @Test
    void payloadsAndRepliesAreBounded() {
        byte[] large = new byte[1025];
        assertThat(pushFailure(one.fleet.push(two.name, 2, large, LIMIT)).reason())
                .isEqualTo(Reason.PAYLOAD_TOO_LARGE);
        assertThat(two.workers.done).isEmpty();

        CompletableFuture<byte[]> reply = one.fleet.push(two.name, 2, PAYLOAD, LIMIT);
        pushed(two).complete(large);

        assertThat(pushFailure(reply).reason()).isEqualTo(Reason.PAYLOAD_TOO_LARGE);
    }

    @Test
    void noMorePushesAreAwaitedThanAllowed() {
        List<CompletableFuture<byte[]>> replies = new ArrayList<>();
        for (int i = 0; i < FleetUnderTest.MAX_PENDING; i++) {
            replies.add(one.fleet.push(two.name, 2, PAYLOAD, LIMIT));
        }

        assertThat(pushFailure(one.fleet.push(two.name, 2, PAYLOAD, LIMIT)).reason())
                .isEqualTo(Reason.TOO_MANY_PENDING);
        replies.getFirst().cancel(false);
        replies.add(one.fleet.push(two.name, 3, PAYLOAD, LIMIT));
        await().atMost(FleetUnderTest.MAX_WAIT)
                .untilAsserted(() -> assertThat(two.workers.done).contains("push 3 task"));
    }

    @Test
    void aFullInboxTakesNoMessage() throws Exception {
        two.die();
        byte[] inbox = two.keys.inbox().getBytes(StandardCharsets.UTF_8);
        IntStream.range(0, 10_000).forEach(_ -> test.redis().rpush(inbox, PAYLOAD));

        assertThat(pushFailure(one.fleet.push(two.name, 2, PAYLOAD, LIMIT)).reason())
                .isEqualTo(Reason.OUTBOUND_FULL);
        assertThat(test.redis().llen(inbox)).isEqualTo(10_000);
    }

    @Test
    void instancesWithDifferentKeysDoNotReachEachOther() {
        Node other = test.node("host-3/c", "another key, just as long as it");
        Node unsigned = test.node("host-4/d", "");

        for (Node asking : List.of(other, unsigned)) {
            assertThat(pushFailure(asking.fleet.push(two.name, 2, PAYLOAD, LIMIT)))
                    .hasMessageContaining("frontdoor.fleet.key")
                    .extracting(PushException::reason)
                    .isEqualTo(Reason.UNREACHABLE);
            assertThat(failure(two.fleet.evict(asking.name, 2)))
                    .hasMessageContaining("frontdoor.fleet.key");
        }
        assertThat(two.workers.done).isEmpty();
    }

    @Test
    void aMessageThatIsNotGenuineIsIgnored() {
        byte[] genuine = two.key.sign(push(1_000_000, two.name, two.redisClock.now() + 60_000));
        byte[] altered = genuine.clone();
        altered[altered.length - 40] ^= 1;
        deliver(altered);
        expectRefused("signature", 1);
        deliver(push(1_000_001, two.name, two.redisClock.now() + 60_000));
        expectRefused("signature", 2);
        deliver(two.key.sign(PAYLOAD));
        expectRefused("malformed", 1);
        deliver(two.key.sign(push(1_000_002, one.name, two.redisClock.now() + 60_000)));
        expectRefused("address", 1);
        deliver(two.key.sign(push(1_000_003, two.name, two.redisClock.now() - 1)));
        expectRefused("late", 1);
        assertThat(two.workers.done).isEmpty();

        deliver(genuine);
        deliver(genuine);
        expectRefused("repeated", 1);
        assertThat(two.workers.done).containsExactly("push 2 task");
    }

    @Test
    void messagesThatAreNotGenuineDoNotTakeThoseBesideThemAlong() {
        long deadline = two.redisClock.now() + 60_000;
        List<byte[]> messages = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] payload = "task %s".formatted(i).getBytes(StandardCharsets.UTF_8);
            byte[] message = two.key.sign(push(1_000_000 + i, two.name, deadline, payload));
            switch (i % 50) {
                case 0 -> message[message.length - 1] ^= 1;
                case 1 -> message = two.key.sign(PAYLOAD);
                case 2 -> message = new byte[0];
                default -> expected.add("push 2 task " + i);
            }
            messages.add(message);
        }

        deliver(messages.toArray(byte[][]::new));

        await().atMost(FleetUnderTest.MAX_WAIT)
                .untilAsserted(() -> assertThat(two.workers.done).hasSameSizeAs(expected));
        assertThat(two.workers.done).containsExactlyElementsOf(expected);
        expectRefused("signature", 8);
        expectRefused("malformed", 4);
    }

    @Test
    void anActionByFilterReachesTheSelectedWorkersOfAllInstances() throws Exception {
        one.join();
        two.join();
        Node dead = test.node("host-3/c", KEY);
        dead.join();
        dead.inbox.stop();
        WorkerFilter filter = WorkerFilter.taskQueue("queue-2");

        expectResult(get(one.fleet.send(filter, PAYLOAD)), 2, dead);
        expectResult(get(one.fleet.disconnect(filter, "why")), 2, dead);
        expectResult(get(one.fleet.evict(EvictionRequest.all(filter))), 2, dead);
        expectResult(get(one.fleet.ban("worker-2", Duration.ofMinutes(1), "bad", true)), 0, dead);

        for (Node node : List.of(one, two)) {
            assertThat(node.workers.done)
                    .containsExactly(
                            "send 2 task",
                            "disconnect 2 why",
                            "evict 2",
                            "disconnected",
                            "ban worker-2 PT1M bad");
        }
    }

    @Test
    void aSharedBanIsMadeOnceAndReadByTheOthers() throws Exception {
        one.join();
        two.join();

        FleetResult result =
                get(one.withSharedBans.ban("worker-2", Duration.ofMinutes(1), "bad", true));

        assertThat(result.failures()).isEmpty();
        assertThat(one.workers.done).containsExactly("disconnected", "ban worker-2 PT1M bad");
        assertThat(two.workers.done).isEmpty();
        // The result may be there just before the action is counted.
        await().atMost(FleetUnderTest.MAX_WAIT)
                .untilAsserted(() -> assertThat(actions(one, "bans", "done")).isEqualTo(1));
    }

    @Test
    void aFailureOfOneInstanceIsReportedWithItsName() throws Exception {
        one.join();
        two.join();

        FleetResult result =
                get(one.fleet.evict(EvictionRequest.all(WorkerFilter.taskQueue("none"))));

        assertThat(result.workers()).isZero();
        assertThat(result.failures())
                .containsEntry(one.name, "too many evictions are in progress")
                .containsEntry(two.name, "too many evictions are in progress");
    }

    private void deliver(byte[]... messages) {
        long _ = test.redis().rpush(two.keys.inbox().getBytes(StandardCharsets.UTF_8), messages);
    }

    private byte[] push(long id, String to, long deadline) {
        return push(id, to, deadline, PAYLOAD);
    }

    private byte[] push(long id, String to, long deadline, byte[] payload) {
        return MessageWriter.write(
                new FleetMessage(
                        id, one.name, to, deadline, new FleetAction.Push(2, payload, LIMIT)));
    }

    private void expectRefused(String reason, int times) {
        await().atMost(FleetUnderTest.MAX_WAIT)
                .untilAsserted(() -> assertThat(two.refused(reason)).isEqualTo(times));
    }

    private static void expectResult(FleetResult result, long workers, Node dead) {
        assertThat(result.workers()).isEqualTo(workers);
        assertThat(result.failures())
                .containsOnly(
                        java.util.Map.entry(
                                dead.name, "instance %s has no live lease".formatted(dead.name)));
    }

    private static void expectNothingPending(Node node) {
        await().atMost(FleetUnderTest.MAX_WAIT)
                .untilAsserted(() ->
                        assertThat(node.meters.get("frontdoor.fleet.pending").gauge().value())
                                .isZero());
    }

    private static long actions(Node node, String action, String outcome) {
        return node.meters
                .get("frontdoor.fleet.actions")
                .tags("action", action, "outcome", outcome)
                .timer()
                .count();
    }

    private static CompletableFuture<byte[]> pushed(Node node) {
        await().atMost(FleetUnderTest.MAX_WAIT).until(() -> !node.workers.pushes.isEmpty());
        return node.workers.pushes.getLast();
    }

    private long calls() {
        return test.redis()
                .info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_eval"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
                .sum();
    }

    private static <T extends @Nullable Object> T get(CompletableFuture<T> future)
            throws Exception {
        return future.get(FleetUnderTest.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static PushException pushFailure(CompletableFuture<?> future) {
        return (PushException) failure(future);
    }

    private static Throwable failure(CompletableFuture<?> future) {
        Throwable thrown = catchThrowable(() -> get(future));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return Objects.requireNonNull(thrown.getCause());
    }
}
