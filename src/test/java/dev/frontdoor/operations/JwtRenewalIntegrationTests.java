package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.DisconnectReason;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.LocalIssuer;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestToken;
import dev.frontdoor.test.server.WorkerTransport;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.time.Instant;

/** Connections that outlive their first token. */
@BothTransports
@FrontDoorTest({
    "frontdoor.auth.timeout=60s",
    "frontdoor.auth.tokens.fixed=named-token",
    "frontdoor.auth.jwt.audiences=front-door",
    "frontdoor.auth.jwt.clock-skew=0s",
    "frontdoor.auth.jwt.namespaces-claim=namespaces",
    "frontdoor.auth.jwt.renew=true",
    "frontdoor.auth.jwt.refresh-interval=1d",
    "frontdoor.auth.jwt.unknown-key-interval=500ms",
    "frontdoor.limits.max-connections-per-principal=2"
})
class JwtRenewalIntegrationTests {

    private static final LocalIssuer ISSUER = LocalIssuer.start();

    private final ServerUnderTest server;
    private final JwtWorkers jwt;

    JwtRenewalIntegrationTests(ServerUnderTest server) {
        this.server = server;
        this.jwt = new JwtWorkers(server);
    }

    @DynamicPropertySource
    static void issuer(DynamicPropertyRegistry settings) {
        settings.add("frontdoor.auth.jwt.issuer", ISSUER::url);
    }

    @AfterEach
    void nobodyIsLeft() {
        ISSUER.comeBack();
        server.expectNobody();
        server.expectSum(0, "frontdoor.authentication.checks");
    }

    @AfterAll
    static void stop() {
        ISSUER.close();
    }

    @Test
    void freshTokenExtendsTheConnection() throws Exception {
        Instant expiry = Instant.now().plusSeconds(3);
        try (TestWorker worker = jwt.connect(token("*").expiresIn(3).sign())) {
            worker.register(TestWorker.registration(server.newIdentity()));
            worker.send(JwtWorkers.frame(token("*").sign()));
            assertThat(worker.expect(ConnectAck.class).selectedVersion())
                    .isEqualTo(ProtocolVersion.V1_3);

            ServerUnderTest.eventually(
                    () -> assertThat(Instant.now()).isAfter(expiry.plusSeconds(2)));
            worker.expectNothing();
            worker.register(TestWorker.registration(server.newIdentity()));
        }
    }

    @Test
    void connectionIsClosedWhenItsLastTokenExpires() throws Exception {
        try (TestWorker worker = jwt.connect(token("*").sign())) {
            worker.send(JwtWorkers.frame(token("*").expiresIn(3).sign()));
            worker.expect(ConnectAck.class);
            assertThat(worker.expectClose(4014).reason()).contains("expired");
        }
    }

    @Test
    void renewalTakesNoFurtherConnectionOfThePrincipal() throws Exception {
        try (TestWorker worker = jwt.connect(token("*").sign())) {
            for (int i = 0; i < 5; i++) {
                worker.send(JwtWorkers.frame(token("*").sign()));
                worker.expect(ConnectAck.class);
            }
            jwt.connect(token("*").sign()).close();
        }
    }

    @Test
    void workerThatProvedItselfAtItsUpgradeRenewsWithItsSecondConnect() throws Exception {
        if (server.transport() != WorkerTransport.WEBSOCKET) {
            return;
        }
        try (TestWorker worker = jwt.upgrade(token("*").sign())) {
            worker.authenticate("");
            worker.send(JwtWorkers.frame(token("*").expiresIn(3).sign()));
            worker.expect(ConnectAck.class);
            assertThat(worker.expectClose(4014).reason()).contains("expired");
        }
    }

    @Test
    void tokenOfAnotherSubjectOrThatIsNotAcceptedEndsTheConnection() throws Exception {
        String[] tokens = {
            token("*").claim("sub", "mallory").sign(),
            token("*").claim("iss", "https://example.org").sign(),
            token("*").expiresIn(-1).sign(),
            "named-token",
            "nonsense",
            ""
        };
        for (String token : tokens) {
            try (TestWorker worker = jwt.connect(token("*").sign())) {
                worker.register(TestWorker.registration(server.newIdentity()));
                worker.send(JwtWorkers.frame(token));
                assertThat(worker.expect(ConnectError.class).reasonCode()).isEqualTo(6);
                worker.expectClose(1008);
            }
        }
    }

    @Test
    void workerWithAnotherProofMayNotRenewIt() throws Exception {
        try (TestWorker worker = jwt.connect("named-token")) {
            worker.send(JwtWorkers.frame("named-token"));
            worker.expectClose(1002);
        }
    }

    @Test
    void tokenThatCannotBeCheckedNowLeavesTheConnectionAsItIs() throws Exception {
        try (TestWorker worker = jwt.connect(token("*").sign())) {
            worker.register(TestWorker.registration(server.newIdentity()));
            ISSUER.goDown();
            worker.send(JwtWorkers.frame(token("*").header("kid", "unknown").sign()));
            assertThat(worker.expect(ConnectError.class).reasonCode()).isEqualTo(0xFFFF);
            worker.register(TestWorker.registration(server.newIdentity()));
        }
    }

    @Test
    void grantsOfTheFreshTokenCountFromThenOn() throws Exception {
        try (TestWorker worker = jwt.connect(token("web").sign())) {
            worker.register(jwt.registration("web").build());
            worker.send(JwtWorkers.frame(token("w*").sign()));
            worker.expect(ConnectAck.class);
            worker.register(jwt.registration("worker").build());
            worker.send(new WorkerRegister(0, jwt.registration("sales").build()));
            worker.expectRejected("namespace \"sales\" is not granted to principal \"alice\"");
        }
    }

    @Test
    void registrationThatTheFreshTokenDoesNotGrantEndsTheConnection() throws Exception {
        try (TestWorker worker = jwt.connect(token("web").sign())) {
            worker.register(jwt.registration("web").build());
            worker.send(JwtWorkers.frame(token("sales").sign()));
            assertThat(worker.expect(DisconnectReason.class).reason())
                    .isEqualTo(DisconnectReason.Reason.GRANT_REVOKED);
            assertThat(worker.expectClose(4014).reason())
                    .isEqualTo("namespace \"web\" is not granted to principal \"alice\"");
        }
    }

    @Test
    void framesBehindAFreshTokenAreHandledAfterItsCheck() throws Exception {
        try (TestWorker worker = jwt.connect(token("web").sign())) {
            worker.sendRaw(
                    worker.bytes(
                            JwtWorkers.frame(token("sales").sign()),
                            new WorkerRegister(0, jwt.registration("sales").build())));
            worker.expect(ConnectAck.class);
            worker.expectAccepted();
        }
    }

    private static TestToken token(String namespaces) {
        return ISSUER.token().claim("namespaces", namespaces);
    }
}
