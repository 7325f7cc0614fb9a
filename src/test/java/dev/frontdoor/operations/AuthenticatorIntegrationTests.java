package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.AuthenticationException;
import dev.frontdoor.notifier.Authenticator;
import dev.frontdoor.notifier.Credentials;
import dev.frontdoor.notifier.Grants;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.UpgradeRefusedException;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;
import dev.frontdoor.test.server.WorkerTransport;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** An application that decides itself who a worker is. */
@BothTransports
@FrontDoorTest("frontdoor.auth.timeout=60s")
@Import(AuthenticatorIntegrationTests.Application.class)
@ExtendWith(LoggedOutputExtension.class)
class AuthenticatorIntegrationTests {

    private static final int LARGE = 200 * 1024;

    private final ServerUnderTest server;
    private final ScriptedNotifier notifier;
    private final Workers workers;
    private final ScriptedAuthenticator authenticator;

    AuthenticatorIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier,
            Workers workers,
            ScriptedAuthenticator authenticator) {
        this.server = server;
        this.notifier = notifier;
        this.workers = workers;
        this.authenticator = authenticator;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
        server.expectSum(0, "frontdoor.authentication.checks");
    }

    @Test
    void notifiersReadThePrincipalAndItsAttributes() throws Exception {
        Principal alice =
                new Principal(
                        "alice",
                        Principal.Kind.CUSTOM,
                        Grants.ALL,
                        Map.of("team", "billing"),
                        null);
        authenticator.on("t-alice", _ -> alice);
        String identity = server.newIdentity();
        AtomicReference<@Nullable Principal> seen = new AtomicReference<>();
        notifier.about(
                identity, (pid, _) -> seen.set(workers.connection(pid).orElseThrow().principal()));
        try (TestWorker worker = server.worker().token("t-alice").connect()) {
            worker.register(TestWorker.registration(identity));

            assertThat(seen).hasValue(alice);
        }
    }

    @Test
    void registrationBeyondTheGrantsIsRejectedBeforeAnyNotifierIsCalled() throws Exception {
        authenticator.on(
                "t-limited",
                _ ->
                        new Principal(
                                "limited",
                                Principal.Kind.CUSTOM,
                                new Grants(List.of("other-*"), List.of("*")),
                                Map.of(),
                                null));
        double calls = server.sum("frontdoor.notifier.calls", "callback", "registered");
        String identity = server.newIdentity();
        try (TestWorker worker = server.worker().token("t-limited").connect()) {
            String namespace = TestWorker.registration(identity).namespaces().getFirst();
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            worker.expectRejected(
                    "namespace \"%s\" is not granted to principal \"limited\""
                            .formatted(namespace));
            worker.expectNothing();
        }
        assertThat(server.sum("frontdoor.notifier.calls", "callback", "registered"))
                .isEqualTo(calls);
    }

    @Test
    void refusedWorkerIsNotToldTheReasonAndTheLogIsWithoutTheToken(CapturedOutput output)
            throws Exception {
        authenticator.on(
                "t-refused",
                credentials -> {
                    throw new AuthenticationException("unknown: " + credentials.token());
                });
        try (TestWorker worker = server.connect()) {
            worker.send(connect("t-refused"));
            ConnectError error = worker.expect(ConnectError.class);
            assertThat(error.reasonCode()).isEqualTo(6);
            assertThat(error.message()).isEqualTo("the token is not accepted");
            assertThat(worker.expectClose(1008).reason()).doesNotContain("unknown");
        }
        ServerUnderTest.eventually(() -> assertThat(output.getAll()).contains("unknown: (hidden)"));
        assertThat(output.getAll()).doesNotContain("t-refused");
    }

    @Test
    void whateverElseItThrowsMeansThatTheWorkerMayComeBack() throws Exception {
        authenticator.on(
                "t-broken",
                _ -> {
                    throw new IllegalStateException("the directory is down");
                });
        try (TestWorker worker = server.connect()) {
            worker.send(connect("t-broken"));
            assertThat(worker.expect(ConnectError.class).reasonCode()).isEqualTo(0xFFFF);
            assertThat(worker.expectClose(1011).reason()).contains("cannot be checked now");
        }
    }

    @Test
    void principalThatHasExpiredIsRefusedAndOneThatExpiresIsClosed() throws Exception {
        authenticator.on("t-expired", _ -> expiring(Instant.now().minusSeconds(1)));
        authenticator.on("t-expiring", _ -> expiring(Instant.now().plusMillis(1500)));
        try (TestWorker worker = server.connect()) {
            worker.send(connect("t-expired"));
            worker.expectClose(1008);
        }
        try (TestWorker worker = server.connect()) {
            worker.send(connect("t-expiring"));
            worker.expect(ConnectAck.class);
            assertThat(worker.expectClose(4014).reason()).contains("expired");
            ServerUnderTest.expectNoAnswer(worker);
        }
    }

    @Test
    void nothingBehindConnectIsLookedAtUntilTheWorkerIsKnown() throws Exception {
        Gate gate = authenticator.gate("t-slow");
        double pings = server.sum("frontdoor.frames.received", "type", "ping");
        String identity = server.newIdentity();
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(
                    worker.bytes(
                            connect("t-slow"),
                            new Ping(0),
                            new WorkerRegister(0, TestWorker.registration(identity)),
                            new Unknown(0x80, 0, 3, Bytes.copyOf(new byte[LARGE])),
                            new Ping(0)));
            gate.awaitCall();
            assertThat(worker.poll()).isNull();
            assertThat(server.sum("frontdoor.frames.received", "type", "ping")).isEqualTo(pings);
            gate.open(new Principal("slow"));

            worker.expect(ConnectAck.class);
            worker.expect(Pong.class);
            worker.expect(WorkerRegisterAck.ACCEPTED);
            worker.expect(Pong.class);
        }
    }

    @Test
    void whatIsBehindARefusedConnectIsNeverLookedAt() throws Exception {
        Gate gate = authenticator.gate("t-slow-wrong");
        double registers = server.sum("frontdoor.frames.received", "type", "worker_register");
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(
                    worker.bytes(
                            connect("t-slow-wrong"),
                            new WorkerRegister(0, TestWorker.registration("x")),
                            new Unknown(0x80, 0, 3, Bytes.copyOf(new byte[LARGE]))));
            gate.awaitCall();
            gate.open(null);

            assertThat(worker.expect(ConnectError.class).reasonCode()).isEqualTo(6);
            worker.expectClose(1008);
        }
        server.expectNobody();
        assertThat(server.sum("frontdoor.frames.received", "type", "worker_register"))
                .isEqualTo(registers);
    }

    @Test
    void connectionThatEndsMeanwhileLeavesNothing() throws Exception {
        for (int i = 0; i < 20; i++) {
            Gate gate = authenticator.gate("t-gone-" + i);
            TestWorker worker = server.connect();
            worker.sendRaw(
                    worker.bytes(
                            connect("t-gone-" + i),
                            new WorkerRegister(0, TestWorker.registration("gone"))));
            gate.awaitCall();
            if (i % 2 == 0) {
                worker.vanish();
            } else {
                worker.halfClose();
            }
            gate.open(new Principal("gone"));
            server.expectNobody();
            worker.close();
        }
    }

    @Test
    void upgradeIsAnsweredOnceItsTokenWasChecked() throws Exception {
        if (server.transport() != WorkerTransport.WEBSOCKET) {
            return;
        }
        Gate gate = authenticator.gate("t-upgrade");
        ByteArrayOutputStream ahead = new ByteArrayOutputStream();
        ahead.writeBytes(head("t-upgrade").getBytes(StandardCharsets.US_ASCII));
        ahead.writeBytes(masked(new Ping(0)));
        try (HttpSocket socket = server.http()) {
            socket.send(ahead.toByteArray());
            gate.awaitCall();
            socket.send(masked(new WorkerRegister(0, TestWorker.registration("ahead"))));
            gate.open(new Principal("upgrade"));

            assertThat(socket.answerWithoutBody().status()).isEqualTo(101);
            assertThat(socket.message()).isInstanceOf(Pong.class);
            assertThat(socket.message()).isEqualTo(WorkerRegisterAck.ACCEPTED);
        }
    }

    @Test
    void upgradeIsRefusedOnceItsTokenWasChecked() throws Exception {
        if (server.transport() != WorkerTransport.WEBSOCKET) {
            return;
        }
        Gate wrong = authenticator.gate("t-upgrade-wrong");
        try (HttpSocket socket = server.http()) {
            socket.send(head("t-upgrade-wrong"));
            wrong.awaitCall();
            wrong.open(null);
            HttpResponse answer = socket.answer();
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).containsExactly("Bearer");
            assertThat(socket.ends()).isTrue();
        }
        authenticator.on(
                "t-upgrade-broken",
                _ -> {
                    throw new IllegalStateException("down");
                });
        assertThatExceptionOfType(UpgradeRefusedException.class)
                .isThrownBy(() ->
                        server.worker()
                                .header("Authorization", "Bearer t-upgrade-broken")
                                .connect())
                .satisfies(refusal -> {
                    assertThat(refusal.status()).isEqualTo(503);
                    assertThat(refusal.header("Retry-After")).isNotEmpty();
                });
    }

    @Test
    void upgradeThatEndsMeanwhileLeavesNothing() throws Exception {
        if (server.transport() != WorkerTransport.WEBSOCKET) {
            return;
        }
        for (int i = 0; i < 20; i++) {
            Gate gate = authenticator.gate("t-upgrade-gone-" + i);
            try (HttpSocket socket = server.http()) {
                socket.send(head("t-upgrade-gone-" + i));
                gate.awaitCall();
                if (i % 2 == 0) {
                    socket.reset();
                }
            }
            gate.open(new Principal("gone"));
        }
        server.expectNobody();
        server.expectSum(0, "frontdoor.tcp.connections");
    }

    private static Principal expiring(Instant when) {
        return new Principal("brief", Principal.Kind.CUSTOM, Grants.ALL, Map.of(), when);
    }

    private static Connect connect(String token) {
        return new Connect(
                0,
                ProtocolVersion.V1_0,
                ProtocolVersion.V1_3,
                Bytes.copyOf(token.getBytes(StandardCharsets.UTF_8)));
    }

    private static String head(String token) {
        return "GET /liminal HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade:"
                + " websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key:"
                + " AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer "
                + token
                + "\r\n\r\n";
    }

    /** A frame in a WebSocket frame whose mask changes nothing. */
    private static byte[] masked(Frame frame) {
        byte[] message = FrameCodec.encode(frame);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x82);
        if (message.length < 126) {
            out.write(0x80 | message.length);
        } else {
            out.write(0x80 | 126);
            out.write(message.length >> 8);
            out.write(message.length);
        }
        out.writeBytes(new byte[4]);
        out.writeBytes(message);
        return out.toByteArray();
    }

    /** Decides each token as a test has said. */
    static final class ScriptedAuthenticator implements Authenticator {

        private final Map<String, Function<Credentials, Principal>> scripts =
                new ConcurrentHashMap<>();

        void on(String token, Function<Credentials, Principal> script) {
            scripts.put(token, script);
        }

        /** Lets the check of a token wait until the gate is opened. */
        Gate gate(String token) {
            Gate gate = new Gate();
            on(token, _ -> gate.pass());
            return gate;
        }

        @Override
        public Principal authenticate(Credentials credentials) {
            String token = credentials.token();
            Function<Credentials, Principal> script = token == null ? null : scripts.get(token);
            if (script == null) {
                throw new AuthenticationException("unknown");
            }
            return script.apply(credentials);
        }
    }

    /** Where one check waits. */
    static final class Gate {

        private final CountDownLatch called = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);
        private volatile @Nullable Principal principal;

        void awaitCall() {
            ServerUnderTest.awaitLatch(called);
        }

        /** Lets the check end: with this principal, or with a refusal if it is null. */
        void open(@Nullable Principal result) {
            principal = result;
            opened.countDown();
        }

        private Principal pass() {
            called.countDown();
            ServerUnderTest.awaitLatch(opened);
            Principal result = principal;
            if (result == null) {
                throw new AuthenticationException("not this one");
            }
            return result;
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Application {

        @Bean
        ScriptedAuthenticator authenticator() {
            return new ScriptedAuthenticator();
        }
    }
}
