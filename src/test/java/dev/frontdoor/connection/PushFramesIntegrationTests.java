package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Pushes to a worker, and its replies, among the other frames of its connection. */
@OpenServerTest
@BothTransports
class PushFramesIntegrationTests {

    private final ServerUnderTest server;
    private final Workers workers;
    private final ScriptedNotifier firstNotifier;

    PushFramesIntegrationTests(
            ServerUnderTest server,
            Workers workers,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.workers = workers;
        this.firstNotifier = firstNotifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void replyThatNobodyAwaitsIsIgnoredAndCounted() throws Exception {
        double refused = server.sum("frontdoor.frames.refused", "reason", "unawaited_reply");
        try (TestWorker worker = server.connect()) {
            worker.send(new PushReply(0, 1, 1, Bytes.EMPTY));
            worker.expectNothing();
            worker.register(TestWorker.registration(server.newIdentity()));
            worker.send(new PushReply(0, 1, -1, Bytes.EMPTY));
            worker.expectNothing();
        }
        server.expectSum(refused + 2, "frontdoor.frames.refused", "reason", "unawaited_reply");
    }

    @Test
    void replyOfAnotherWorkerDoesNotEndAPush() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity);
                TestWorker other = server.register(server.newIdentity())) {
            CompletableFuture<byte[]> reply =
                    workers.push(
                            firstNotifier.pidOf(identity),
                            new byte[] {1},
                            ServerUnderTest.MAX_WAIT);
            Push push = worker.expect(Push.class);
            other.send(new PushReply(0, 1, push.correlationId(), bytes("forged")));
            other.expectNothing();
            assertThat(reply).isNotDone();
            worker.send(new PushReply(0, 1, push.correlationId(), bytes("good")));

            assertThat(reply).succeedsWithin(ServerUnderTest.MAX_WAIT).isEqualTo(utf8("good"));
        }
    }

    @Test
    void pushEndsWithItsConnection() throws Exception {
        String identity = server.newIdentity();
        CompletableFuture<byte[]> reply;
        try (TestWorker worker = server.register(identity)) {
            reply =
                    workers.push(
                            firstNotifier.pidOf(identity), new byte[0], ServerUnderTest.MAX_WAIT);
            worker.expect(Push.class);
            worker.vanish();
        }
        assertThat(reply)
                .failsWithin(ServerUnderTest.MAX_WAIT)
                .withThrowableThat()
                .withCauseInstanceOf(PushException.class);
    }

    @Test
    void replyDoesNotWaitItsTurnWhileANotifierWaitsForIt() throws Exception {
        String identity = server.newIdentity();
        List<String> replies = new ArrayList<>();
        try (TestWorker worker = server.register(identity)) {
            worker.replyToPushes(payload -> utf8("re " + text(payload)));
            firstNotifier.about(
                    identity,
                    (pid, _) -> {
                        byte[] reply =
                                workers.push(pid, utf8("may it?"), ServerUnderTest.MAX_WAIT).join();
                        replies.add(text(reply));
                    });
            worker.register(TestWorker.registration(identity));

            assertThat(replies).containsExactly("re may it?");
        }
    }

    @Test
    void replyDoesNotWaitItsTurnBehindFramesThatDo() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity)) {
            firstNotifier.about(
                    identity,
                    (pid, _) -> {
                        byte[] unused =
                                workers.push(pid, new byte[0], ServerUnderTest.MAX_WAIT).join();
                        assertThat(unused).isEmpty();
                    });
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            Push push = worker.expect(Push.class);
            worker.send(new Ping(0));
            worker.send(new PushReply(0, 1, push.correlationId(), Bytes.EMPTY));

            worker.expectAccepted();
            worker.expect(Pong.class);
        }
    }

    @Test
    void pushFromInsideTheFirstRegistrationIsRefused() throws Exception {
        String identity = server.newIdentity();
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        firstNotifier.about(
                identity,
                (pid, _) -> {
                    try {
                        workers.push(pid, new byte[0], ServerUnderTest.MAX_WAIT).join();
                    } catch (RuntimeException e) {
                        refusal.complete(e.getCause());
                    }
                });
        try (TestWorker worker = server.register(identity)) {
            assertThat(refusal.getNow(new AssertionError("none")))
                    .asInstanceOf(InstanceOfAssertFactories.type(PushException.class))
                    .returns(PushException.Reason.NOT_YET_REGISTERED, PushException::reason);
            worker.expectNothing();
        }
    }

    private static Bytes bytes(String text) {
        return Bytes.copyOf(utf8(text));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
