package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

/** The limit of 64 KiB for messages of a worker that has not proved itself. */
@OpenServerTest
@BothTransports
class FirstMessageSizeIntegrationTests {

    private static final int BOUND = 64 * 1024;
    private static final int LARGE = 200 * 1024;

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;

    FirstMessageSizeIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.firstNotifier = firstNotifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void messageOfTheBoundIsTaken() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.sendBytes(ofSize(BOUND));
            expectServed(worker);
        }
    }

    @Test
    void headerOfALargerMessageEndsTheConnection() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.sendStart(ofSize(BOUND + 1), 10);
            assertThat(worker.expectClose(1009).reason()).contains("65536");
        }
    }

    @Test
    void closeIsAnsweredThoughTheLargeMessageComesInFull() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.sendBytes(ofSize(LARGE));
            worker.expectClose(1009);
            worker.expectEnd();
        }
    }

    @Test
    void registrationSentRightBehindConnectIsNotBound() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(
                    worker.bytes(connect(ProtocolVersion.V1_0), new WorkerRegister(0, large())));
            worker.expect(ConnectAck.class);
            worker.expectAccepted();
        }
    }

    @Test
    void connectThatFailsDoesNotLiftTheBound() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(
                    worker.bytes(
                            connect(new ProtocolVersion(9, 9)), new WorkerRegister(0, large())));
            worker.expect(ConnectError.class);
            worker.expectClose(1002);
        }
    }

    @Test
    void acceptedRegistrationLiftsTheBound() throws Exception {
        try (TestWorker worker = server.register(server.newIdentity())) {
            worker.sendBytes(ofSize(LARGE));
            expectServed(worker);
        }
    }

    @Test
    void rejectedRegistrationDoesNotLiftTheBound() throws Exception {
        String identity = server.newIdentity();
        firstNotifier.about(
                identity,
                (_, _) -> {
                    throw new RegistrationRejectedException("no");
                });
        try (TestWorker worker = server.connect()) {
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            worker.expectRejected("no");
            worker.sendStart(ofSize(BOUND + 1), 10);
            worker.expectClose(1009);
        }
    }

    private static void expectServed(TestWorker worker) {
        worker.send(new Ping(0));
        worker.expect(Pong.class);
    }

    private static Connect connect(ProtocolVersion version) {
        return new Connect(0, version, version, Bytes.EMPTY);
    }

    private WorkerRegistration large() {
        return Registrations.of(server.newIdentity())
                .activity("large", "\"%s\"".formatted("x".repeat(LARGE)), "{}")
                .build();
    }

    private static byte[] ofSize(int size) {
        return FrameCodec.encode(new Unknown(0x40, 0, 0, Bytes.copyOf(new byte[size - 10])));
    }
}
