package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Envelope;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Accept;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.ConversationClose;
import dev.frontdoor.protocol.Frame.ConversationError;
import dev.frontdoor.protocol.Frame.ConversationMessage;
import dev.frontdoor.protocol.Frame.ConversationOpen;
import dev.frontdoor.protocol.Frame.Defer;
import dev.frontdoor.protocol.Frame.Deliver;
import dev.frontdoor.protocol.Frame.DisconnectReason;
import dev.frontdoor.protocol.Frame.LinkMessage;
import dev.frontdoor.protocol.Frame.LinkOpen;
import dev.frontdoor.protocol.Frame.LinkOpenAck;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.PublishAck;
import dev.frontdoor.protocol.Frame.PublishError;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.Reject;
import dev.frontdoor.protocol.Frame.Subscribe;
import dev.frontdoor.protocol.Frame.SubscribeAck;
import dev.frontdoor.protocol.Frame.SubscribeError;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.Unsubscribe;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** The effect of each frame without authentication: section 3 of the protocol. */
@OpenServerTest
@ExtendWith(OutputCaptureExtension.class)
@BothTransports
class FramesIntegrationTests {

    private static final Envelope ENVELOPE =
            new Envelope(Bytes.copyOf(new byte[32]), null, null, bytes("published"));

    private final ServerUnderTest server;
    private final Workers workers;
    private final ScriptedNotifier firstNotifier;
    private final ScriptedNotifier secondNotifier;

    FramesIntegrationTests(
            ServerUnderTest server,
            Workers workers,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier,
            @Qualifier(TestApplication.SECOND) ScriptedNotifier secondNotifier) {
        this.server = server;
        this.workers = workers;
        this.firstNotifier = firstNotifier;
        this.secondNotifier = secondNotifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void connectIsAcknowledgedWithTheVersionSpoken() throws Exception {
        try (TestWorker worker = server.connect()) {
            assertThat(worker.authenticate("any"))
                    .isEqualTo(new ConnectAck(0, ProtocolVersion.V1_0, 0));
            assertThat(worker.register(TestWorker.registration(server.newIdentity())))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
        }
    }

    @Test
    void connectMayComeAfterRegistration() throws Exception {
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.authenticate("");
            worker.expectNothing();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ranges")
    void theHighestVersionOfTheRangeIsSelected(
            ProtocolVersion min, ProtocolVersion max, ProtocolVersion selected) throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.send(new Connect(0, min, max, Bytes.EMPTY));
            worker.expect(new ConnectAck(0, selected, 0));
        }
    }

    static Stream<Arguments> ranges() {
        return Stream.of(
                arguments(
                        new ProtocolVersion(0, 0),
                        new ProtocolVersion(65535, 65535),
                        ProtocolVersion.V1_3),
                arguments(new ProtocolVersion(0, 9), ProtocolVersion.V1_0, ProtocolVersion.V1_0),
                arguments(ProtocolVersion.V1_0, ProtocolVersion.V1_1, ProtocolVersion.V1_1),
                arguments(ProtocolVersion.V1_2, ProtocolVersion.V1_2, ProtocolVersion.V1_2),
                arguments(ProtocolVersion.V1_3, new ProtocolVersion(2, 0), ProtocolVersion.V1_3));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("otherRanges")
    void noCommonVersionIsSaidAndEndsTheConnection(ProtocolVersion min, ProtocolVersion max)
            throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.send(new Connect(0, min, max, Bytes.EMPTY));

            ConnectError error = worker.expect(ConnectError.class);
            assertThat(error.reasonCode()).isEqualTo(7);
            assertThat(error.message())
                    .isEqualTo(
                            "this service speaks 1.0 to 1.3, the worker %s to %s"
                                    .formatted(min, max));
            assertThat(worker.expectClose(1002).reason())
                    .contains("this service speaks 1.0 to 1.3");
            worker.expectEnd();
        }
    }

    static Stream<Arguments> otherRanges() {
        return Stream.of(
                arguments(new ProtocolVersion(1, 4), new ProtocolVersion(2, 0)),
                arguments(new ProtocolVersion(0, 0), new ProtocolVersion(0, 65535)),
                arguments(new ProtocolVersion(2, 0), new ProtocolVersion(1, 0)));
    }

    @Test
    void secondConnectEndsTheConnection() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.authenticate("");
            worker.send(new Connect(0, ProtocolVersion.V1_0, ProtocolVersion.V1_0, Bytes.EMPTY));

            assertThat(worker.expectClose(1002).reason()).startsWith("0x0005 ");
        }
    }

    @Test
    void pingIsAnsweredBeforeConnect() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.send(new Ping(255));
            worker.expect(new Pong(0));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unserved")
    void whatIsNotServedIsSaidOnTheSameStream(Frame frame, Frame answer) throws Exception {
        double refused = server.sum("frontdoor.frames.refused", "reason", "not_served");
        try (TestWorker worker = server.connect()) {
            worker.send(frame);
            assertThat(withoutMessage(worker.expect(Frame.class))).isEqualTo(answer);
            worker.register(TestWorker.registration(server.newIdentity()));
            worker.send(frame);
            assertThat(withoutMessage(worker.expect(Frame.class))).isEqualTo(answer);
            assertThat(server.sum("frontdoor.frames.refused", "reason", "not_served"))
                    .isEqualTo(refused + 2);
        }
    }

    static Stream<Arguments> unserved() {
        long last = 0xFFFF_FFFFL;
        Frame channels = new SubscribeError(0, 7, 0xFFFF, null);
        Frame conversation = new ConversationError(0, last, -1, 0xFFFF, null);
        Bytes key = Bytes.copyOf(new byte[LinkOpen.MACHINE_SIZE]);
        return Stream.of(
                arguments(new Subscribe(0, 7, "news", List.of(), 1), channels),
                arguments(new Unsubscribe(0, 7, 3), channels),
                arguments(new Accept(0, 7, "m"), channels),
                arguments(new Defer(0, 7, "m", null), channels),
                arguments(new Reject(0, 7, "m", "no"), channels),
                arguments(new ConversationOpen(0, last, -1, "s"), conversation),
                arguments(new ConversationMessage(0, last, -1, ENVELOPE), conversation),
                arguments(new ConversationClose(0, last, -1, null, null), conversation),
                arguments(
                        new LinkOpen(0, 7, "l", LinkOpen.End.EXPORT, key, bytes("hello")),
                        new LinkOpenAck(0, 7, new LinkOpenAck.Refused(""))));
    }

    private static Frame withoutMessage(Frame frame) {
        return switch (frame) {
            case SubscribeError error -> {
                assertThat(error.message()).isNotBlank();
                yield new SubscribeError(0, error.streamId(), error.reasonCode(), null);
            }
            case ConversationError error -> {
                assertThat(error.message()).isNotBlank();
                yield new ConversationError(
                        0, error.streamId(), error.conversationId(), error.reasonCode(), null);
            }
            case LinkOpenAck(int flags, long streamId, LinkOpenAck.Refused(String reason)) -> {
                assertThat(reason).isNotBlank();
                yield new LinkOpenAck(flags, streamId, new LinkOpenAck.Refused(""));
            }
            default -> frame;
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ignored")
    void whatOnlyServersSendIsIgnoredAndCounted(Frame frame) throws Exception {
        String type = frame.type().name().toLowerCase(Locale.ROOT);
        String reason = frame instanceof Unknown ? "unknown_type" : "server_only";
        try (TestWorker worker = server.connect()) {
            worker.expectNothing();
            double received = server.sum("frontdoor.frames.received", "type", type);
            double refused = server.sum("frontdoor.frames.refused", "reason", reason);
            worker.send(frame);
            worker.expectNothing();
            assertThat(server.sum("frontdoor.frames.received", "type", type))
                    .isEqualTo(received + 1);
            assertThat(server.sum("frontdoor.frames.refused", "reason", reason))
                    .isEqualTo(refused + 1);
        }
    }

    static Stream<Frame> ignored() {
        Bytes schema = Bytes.copyOf(new byte[32]);
        return Stream.of(
                new ConnectAck(0, ProtocolVersion.V1_0, 0),
                new ConnectError(0, 6, "no"),
                new SubscribeAck(0, 1, 1, schema),
                new SubscribeError(0, 1, 1, null),
                new PublishAck(0, 1, 1, null),
                new PublishError(0, 1, 1, null),
                new ConversationError(0, 1, 1, 1, null),
                new Pong(0),
                new Push(0, 1, 1, bytes("push")),
                WorkerRegisterAck.ACCEPTED,
                new Deliver(0, 1, 1, ENVELOPE, null),
                new LinkOpenAck(0, 1, new LinkOpenAck.Refused("no")),
                new LinkMessage(0, 1, "s", bytes("sealed")),
                new DisconnectReason(0, DisconnectReason.Reason.GRANT_REVOKED),
                new Unknown(0x1A, 0, 0, Bytes.EMPTY),
                new Unknown(0, 7, 9, bytes("?")),
                new Unknown(0xFF, 0, 1, bytes("?")));
    }

    @Test
    void publicationOfAWorkerThatIsNotRegisteredIsRefused() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.send(publication("consumed", 5));

            assertThat(worker.expect(PublishError.class))
                    .extracting(PublishError::streamId, PublishError::reasonCode)
                    .containsExactly(5L, 0xFFFF);
        }
    }

    @Test
    void publicationGoesToTheFirstHolderThatConsumesIt() throws Exception {
        String channel = server.newIdentity();
        List<String> offered = new ArrayList<>();
        firstNotifier.onChannel(
                channel,
                (_, payload) -> {
                    offered.add("first " + new String(payload, StandardCharsets.UTF_8));
                    return false;
                });
        secondNotifier.onChannel(
                channel,
                (_, payload) -> {
                    offered.add("second " + new String(payload, StandardCharsets.UTF_8));
                    return true;
                });
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.send(publication(channel, 5));
            worker.expectNothing();

            assertThat(offered).containsExactly("first published", "second published");
        }
    }

    @Test
    void publicationThatNobodyConsumesIsRefused() throws Exception {
        double refused = server.sum("frontdoor.frames.refused", "reason", "not_consumed");
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.send(publication("nobody's", 9));

            assertThat(worker.expect(PublishError.class).streamId()).isEqualTo(9);
            worker.expectNothing();
            assertThat(server.sum("frontdoor.frames.refused", "reason", "not_consumed"))
                    .isEqualTo(refused + 1);
        }
    }

    @Test
    void publicationWhoseReaderFailsIsRefused() throws Exception {
        String channel = server.newIdentity();
        firstNotifier.onChannel(
                channel,
                (_, _) -> {
                    throw new IllegalStateException("cannot read");
                });
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.send(publication(channel, 9));
            assertThat(worker.expect(PublishError.class).message()).doesNotContain("cannot read");
        }
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
        assertThat(server.sum("frontdoor.frames.refused", "reason", "unawaited_reply"))
                .isEqualTo(refused + 2);
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
    void answersKeepTheOrderOfTheirFramesWhileANotifierTakesItsTime() throws Exception {
        String identity = server.newIdentity();
        CountDownLatch decide = new CountDownLatch(1);
        List<Integer> asked = new ArrayList<>();
        secondNotifier.about(
                identity,
                (_, registration) -> {
                    ServerUnderTest.awaitLatch(decide);
                    asked.add(registration.activityTypes().size());
                    if (registration.activityTypes().size() % 2 == 1) {
                        throw new RegistrationRejectedException("odd " + asked.size());
                    }
                });
        try (TestWorker worker = server.connect()) {
            for (int i = 1; i <= 6; i++) {
                worker.send(new Ping(0));
                worker.send(new WorkerRegister(0, registration(identity, i)));
                worker.send(new Subscribe(0, i, "c", List.of(), 1));
                worker.send(publication("nobody's", i));
            }
            worker.expect(Pong.class);
            assertThat(worker.poll()).isNull();
            decide.countDown();

            for (int i = 1; i <= 6; i++) {
                if (i > 1) {
                    worker.expect(Pong.class);
                }
                if (i % 2 == 1) {
                    worker.expectRejected("odd " + i);
                } else {
                    worker.expectAccepted();
                }
                assertThat(worker.expect(SubscribeError.class).streamId()).isEqualTo(i);
                assertThat(worker.expect(PublishError.class).streamId()).isEqualTo(i);
            }
            assertThat(asked).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    @Test
    void connectionsDoNotWaitForEachOther() throws Exception {
        String slow = server.newIdentity();
        CountDownLatch decide = new CountDownLatch(1);
        firstNotifier.about(slow, (_, _) -> ServerUnderTest.awaitLatch(decide));
        try (TestWorker waiting = server.connect();
                TestWorker other = server.connect()) {
            waiting.send(new WorkerRegister(0, TestWorker.registration(slow)));
            other.register(TestWorker.registration(server.newIdentity()));
            assertThat(waiting.poll()).isNull();
            decide.countDown();
            waiting.expectAccepted();
        }
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

    @Test
    void refusedReplacementLeavesTheEarlierRegistrationInForce() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity)) {
            secondNotifier.about(
                    identity,
                    (_, registration) -> {
                        if (registration.activityTypes().size() == 2) {
                            throw new RegistrationRejectedException("");
                        }
                    });
            worker.send(new WorkerRegister(0, registration(identity, 2)));
            worker.expectRejected("");

            long pid = firstNotifier.pidOf(identity);
            assertThat(workers.find(pid).orElseThrow().registration())
                    .isEqualTo(TestWorker.registration(identity));
        }
    }

    @Test
    void identityCannotPassForALineOfTheLog(CapturedOutput log) throws Exception {
        String identity = "a\r\n2026 ERROR forged\u2028\u001B[31m" + "x".repeat(900);
        try (TestWorker worker = server.worker().from(server.newAddress()).connect()) {
            assertThat(worker.register(TestWorker.registration(identity)).rejection()).isNotNull();
            ServerUnderTest.eventually(() ->
                    assertThat(log.getOut().lines())
                            .noneMatch(line -> line.startsWith("2026 ERROR"))
                            .filteredOn(line -> line.contains("forged"))
                            .singleElement()
                            .asString()
                            .contains("'a\\u{d}\\u{a}2026 ERROR forged\\u{2028}\\u{1b}[31mxxx")
                            .hasSizeLessThan(400));
        }
    }

    private static WorkerRegistration registration(String identity, int n) {
        return Registrations.of(identity)
                .activityTypes(Stream.generate(() -> "a").limit(n).toArray(String[]::new))
                .build();
    }

    private static Publish publication(String channel, long stream) {
        return new Publish(0, stream, channel, ENVELOPE, null);
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
