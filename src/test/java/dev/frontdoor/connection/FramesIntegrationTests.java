package dev.frontdoor.connection;

import static dev.frontdoor.connection.PublicationIntegrationTests.ENVELOPE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.protocol.Bytes;
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
import dev.frontdoor.protocol.Frame.PublishAck;
import dev.frontdoor.protocol.Frame.PublishError;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.Reject;
import dev.frontdoor.protocol.Frame.Subscribe;
import dev.frontdoor.protocol.Frame.SubscribeAck;
import dev.frontdoor.protocol.Frame.SubscribeError;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.Unsubscribe;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The effect of each frame without authentication: section 3 of the protocol. */
@OpenServerTest
@ExtendWith(LoggedOutputExtension.class)
@BothTransports
class FramesIntegrationTests {

    private final ServerUnderTest server;

    FramesIntegrationTests(ServerUnderTest server) {
        this.server = server;
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
            server.expectSum(refused + 2, "frontdoor.frames.refused", "reason", "not_served");
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
            server.expectSum(received + 1, "frontdoor.frames.received", "type", type);
            server.expectSum(refused + 1, "frontdoor.frames.refused", "reason", reason);
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

    private static Bytes bytes(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }
}
