package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Envelope;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.TestWorker.Close;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.RestrictedServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Tokens, origins and the connection limit. */
@RestrictedServerTest
@BothTransports
class AuthenticationIntegrationTests {

    private static final ProtocolVersion V2_0 = new ProtocolVersion(2, 0);

    private final ServerUnderTest server;

    AuthenticationIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nextWorkerEntersAndNobodyIsLeft() throws Exception {
        try (TestWorker next = server.worker().token(RestrictedServerTest.TOKEN).connect()) {
            next.expectNothing();
        }
        server.expectNobody();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sesame", "second"})
    void anyOfTheTokensIsGood(String token) throws Exception {
        try (TestWorker worker = server.connect()) {
            assertThat(worker.authenticate(token).selectedVersion())
                    .isEqualTo(ProtocolVersion.V1_0);
            assertThat(worker.register(TestWorker.registration(server.newIdentity())))
                    .isEqualTo(WorkerRegisterAck.ACCEPTED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sesam", "sesame ", "SESAME", "sesame,second", "sesame\u0000"})
    void anyOtherTokenIsNot(String token) throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.send(connect(token, ProtocolVersion.V1_0));

            assertThat(worker.expect(ConnectError.class).reasonCode()).isEqualTo(6);
            assertThat(worker.expectClose(1008).reason()).contains("the token is not accepted");
            worker.expectEnd();
        }
    }

    @Test
    void tokenIsLookedAtBeforeTheVersions() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.send(connect("wrong", V2_0));
            assertThat(worker.expect(ConnectError.class).reasonCode()).isEqualTo(6);
            worker.expectClose(1008);
        }
        try (TestWorker worker = server.connect()) {
            worker.send(connect(RestrictedServerTest.TOKEN, V2_0));
            assertThat(worker.expect(ConnectError.class).reasonCode()).isEqualTo(7);
            worker.expectClose(1002);
        }
    }

    @Test
    void secondConnectEndsTheConnectionWhateverItsToken() throws Exception {
        for (String token : List.of(RestrictedServerTest.TOKEN, "wrong")) {
            try (TestWorker worker = server.worker().token(RestrictedServerTest.TOKEN).connect()) {
                worker.send(connect(token, ProtocolVersion.V1_0));
                assertThat(worker.expectClose(1002).reason()).startsWith("0x0005 ");
                ServerUnderTest.expectNoAnswer(worker);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("framesOfTheApplication")
    void frameOfTheApplicationBeforeConnectEndsTheConnection(Frame frame) throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.send(frame);

            assertThat(worker.expectClose(1008).reason()).startsWith("0x0005 ");
            ServerUnderTest.expectNoAnswer(worker);
            worker.expectEnd();
        }
    }

    @ParameterizedTest
    @MethodSource("framesOfTheApplication")
    void afterConnectItDoesNot(Frame frame) throws Exception {
        try (TestWorker worker = server.worker().token(RestrictedServerTest.TOKEN).connect()) {
            worker.send(frame);
            if (!(frame instanceof PushReply)) {
                worker.expect(Frame.class);
            }
            worker.expectNothing();
        }
    }

    static Stream<Frame> framesOfTheApplication() {
        Envelope envelope = new Envelope(Bytes.copyOf(new byte[32]), null, null, Bytes.EMPTY);
        return Stream.of(
                new WorkerRegister(0, TestWorker.registration("early")),
                new PushReply(0, 1, 1, Bytes.EMPTY),
                new Frame.Publish(0, 1, "c", envelope, null),
                new Frame.Subscribe(0, 1, "c", List.of(), 1),
                new Frame.Unsubscribe(0, 1, 1),
                new Frame.Accept(0, 1, "m"),
                new Frame.Defer(0, 1, "m", null),
                new Frame.Reject(0, 1, "m", null),
                new Frame.ConversationOpen(0, 1, 1, "s"),
                new Frame.ConversationMessage(0, 1, 1, envelope),
                new Frame.ConversationClose(0, 1, 1, null, null),
                new Frame.LinkOpen(
                        0,
                        1,
                        "l",
                        Frame.LinkOpen.End.IMPORT,
                        Bytes.copyOf(new byte[Frame.LinkOpen.MACHINE_SIZE]),
                        Bytes.EMPTY));
    }

    @Test
    void pingAndTheIgnoredFramesAreLetThroughBeforeConnect() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.send(new Pong(0));
            worker.send(new Unknown(0x80, 0, 3, Bytes.EMPTY));
            worker.send(WorkerRegisterAck.ACCEPTED);
            worker.send(new Frame.LinkMessage(0, 1, "s", Bytes.EMPTY));
            worker.expectNothing();
            worker.authenticate(RestrictedServerTest.TOKEN);
        }
    }

    @Test
    void disconnectIsLetThroughBeforeConnect() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.disconnect();
            assertThat(worker.expectClose()).isEqualTo(new Close(1000, ""));
        }
    }

    @Test
    void registrationMayFollowConnectAtOnce() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.send(connect(RestrictedServerTest.TOKEN, ProtocolVersion.V1_0));
            worker.send(new WorkerRegister(0, TestWorker.registration(server.newIdentity())));

            worker.expect(ConnectAck.class);
            worker.expectAccepted();
        }
    }

    @Test
    void frameBehindABadTokenIsNotLookedAt() throws Exception {
        double registrations = server.sum("frontdoor.registrations");
        double registers = server.sum("frontdoor.frames.received", "type", "worker_register");
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(
                    worker.bytes(
                            connect("wrong", ProtocolVersion.V1_0),
                            new WorkerRegister(0, TestWorker.registration(server.newIdentity()))));

            worker.expect(ConnectError.class);
            worker.expectClose(1008);
        }
        server.expectNobody();
        assertThat(server.sum("frontdoor.frames.received", "type", "worker_register"))
                .isEqualTo(registers);
        assertThat(server.sum("frontdoor.registrations")).isEqualTo(registrations);
    }

    @Test
    void workerBeyondTheLimitIsToldTheLimitAndMayComeBack() throws Exception {
        try (TestWorker first = server.connect();
                TestWorker second = server.connect();
                TestWorker third = server.connect()) {
            first.expectNothing();
            second.expectNothing();
            third.expectNothing();
            try (TestWorker fourth = server.connect()) {
                ConnectError error = fourth.expect(ConnectError.class);
                assertThat(error.reasonCode()).isEqualTo(0xFFFF);
                assertThat(error.message())
                        .contains("limit")
                        .contains(String.valueOf(RestrictedServerTest.MAX_CONNECTIONS));
                assertThat(fourth.expectClose(4003).reason()).isEqualTo(error.message());
                fourth.expectEnd();
            }
            first.expectNothing();
            second.expectNothing();
            third.disconnect();
            third.expectClose(1000);
            third.expectEnd();
            try (TestWorker next = server.connect()) {
                next.expectNothing();
            }
        }
    }

    private static Connect connect(String token, ProtocolVersion version) {
        return new Connect(
                0, version, version, Bytes.copyOf(token.getBytes(StandardCharsets.UTF_8)));
    }
}
