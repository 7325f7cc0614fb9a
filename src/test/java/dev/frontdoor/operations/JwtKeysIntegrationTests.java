package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;

import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.LocalIssuer;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.util.ArrayList;
import java.util.List;

/** Keys that change, and an issuer that does not always answer. */
@BothTransports
@FrontDoorTest({
    "frontdoor.auth.timeout=60s",
    "frontdoor.auth.max-concurrent-checks=4",
    "frontdoor.auth.jwt.audiences=front-door",
    "frontdoor.auth.jwt.refresh-interval=1d",
    "frontdoor.auth.jwt.unknown-key-interval=500ms",
    "frontdoor.auth.jwt.fetch-timeout=60s",
    "frontdoor.limits.connect-timeout=120s",
    "frontdoor.limits.registration-timeout=120s"
})
class JwtKeysIntegrationTests {

    private static final long INTERVAL = 500;
    private static final LocalIssuer ISSUER = LocalIssuer.start();

    private final ServerUnderTest server;
    private final JwtWorkers jwt;

    JwtKeysIntegrationTests(ServerUnderTest server) {
        this.server = server;
        this.jwt = new JwtWorkers(server);
    }

    @DynamicPropertySource
    static void issuer(DynamicPropertyRegistry settings) {
        settings.add("frontdoor.auth.jwt.issuer", ISSUER::url);
    }

    @BeforeEach
    void restore() {
        ISSUER.comeBack();
        ISSUER.recover();
        ISSUER.publish(ISSUER.key());
        eventuallyAccepted(ISSUER.key());
    }

    @AfterEach
    void nobodyIsLeft() {
        ISSUER.recover();
        server.expectNobody();
        server.expectSum(0, "frontdoor.authentication.checks");
    }

    @AfterAll
    static void stop() {
        ISSUER.close();
    }

    @Test
    void newKeyIsFetchedWhenATokenNeedsIt() throws Exception {
        RSAKey second = LocalIssuer.rsa("second");
        ECKey third = LocalIssuer.ec("third");
        ISSUER.publish(ISSUER.key(), second);
        eventuallyAccepted(second);
        ISSUER.publish(second, third);
        eventuallyAccepted(third);
        jwt.connect(ISSUER.token().key(second).sign()).close();
        eventuallyUnknown(ISSUER.token().sign());
    }

    @Test
    void floodOfUnknownKeysAsksTheIssuerOncePerInterval() throws Exception {
        long start = System.nanoTime();
        int before = ISSUER.fetches();
        for (int i = 0; i < 100; i++) {
            try (TestWorker worker = server.connect()) {
                worker.send(JwtWorkers.frame(ISSUER.token().header("kid", "unknown-" + i).sign()));
                assertThat(worker.expect(ConnectError.class).reasonCode()).isIn(6, 0xFFFF);
            }
        }
        long intervals = (System.nanoTime() - start) / (INTERVAL * 1_000_000);
        assertThat(ISSUER.fetches() - before).isLessThanOrEqualTo((int) intervals + 2);
        ServerUnderTest.eventually(() -> {
            jwt.expectRefusedConnect("unknown key", unknown());
            assertThat(ISSUER.fetches()).isGreaterThan(before);
        });
    }

    @Test
    void hangingIssuerDelaysNobodyWhoseKeyIsKnown() throws Exception {
        List<TestWorker> waiting = new ArrayList<>();
        try {
            int before = ISSUER.fetches();
            ISSUER.hang();
            // Without a fetch in progress, unknown keys are refused for now.
            ServerUnderTest.eventually(() -> {
                TestWorker worker = server.connect();
                waiting.add(worker);
                worker.send(JwtWorkers.frame(unknown()));
                assertThat(ISSUER.fetches()).isGreaterThan(before);
            });
            for (int i = 0; i < 20; i++) {
                TestWorker worker = server.connect();
                waiting.add(worker);
                worker.send(JwtWorkers.frame(unknown()));
            }
            for (int i = 0; i < 5; i++) {
                jwt.connect(ISSUER.token().sign()).close();
            }
            assertThat(waiting.getLast().poll()).isNull();
            ISSUER.recover();
            assertThat(waiting.getLast().expect(ConnectError.class).reasonCode()).isIn(6, 0xFFFF);
        } finally {
            waiting.forEach(TestWorker::close);
        }
    }

    @Test
    void oddKeySpoilsNoSet() throws Exception {
        RSAKey good = LocalIssuer.rsa("good");
        ISSUER.publishText(
                """
                {"extra": 1, "keys": [
                  {"kty": "RSA", "kid": "half", "n": "AQAB"},
                  {"kty": "RSA", "kid": "short", "n": "AQAB", "e": "AQAB"},
                  {"kty": "EC", "kid": "off the curve", "crv": "P-256", "x": "AAAA", "y": "AAAA"},
                  {"kty": "EC", "kid": "curve", "crv": "P-9", "x": "AAAA", "y": "AAAA"},
                  {"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": "AAAA"},
                  {"kty": "AKP", "alg": "ML-DSA-44", "kid": "pq", "pub": "AAAA"},
                  {"kty": "oct", "kid": "secret", "k": "AAAA"},
                  {"kty": 7}, {}, {"kid": "no type"},
                  {"kty": "RSA", "kid": "enc", "use": "enc", "n": "AQAB", "e": "AQAB"},
                  %s
                ]}
                """
                        .formatted(good.toPublicJWK().toJSONString()));
        eventuallyAccepted(good);
    }

    @Test
    void goneKeyEndsWhatIsRememberedOfItsTokensAndNoConnection() throws Exception {
        RSAKey old = LocalIssuer.rsa("old");
        ISSUER.publish(ISSUER.key(), old);
        String token = ISSUER.token().key(old).sign();
        ServerUnderTest.eventually(() -> jwt.connect(token).close());
        try (TestWorker worker = jwt.connect(token)) {
            worker.register(TestWorker.registration(server.newIdentity()));
            ISSUER.publish(ISSUER.key());
            RSAKey newer = LocalIssuer.rsa("newer");
            ISSUER.publish(ISSUER.key(), newer);
            eventuallyAccepted(newer);

            eventuallyUnknown(token);
            worker.expectNothing();
        }
    }

    @Test
    void issuerThatIsDownEndsNoConnectionAndItsKeysStayInForce() throws Exception {
        double failures = failures();
        try (TestWorker worker = jwt.connect(ISSUER.token().sign())) {
            worker.register(TestWorker.registration(server.newIdentity()));
            ISSUER.goDown();
            ServerUnderTest.eventually(() -> {
                jwt.expectUnavailable(unknown());
                assertThat(failures()).isGreaterThan(failures);
            });
            worker.expectNothing();
            jwt.connect(ISSUER.token().sign()).close();
            assertThat(server.read("/actuator/health").at("/components/jwt/status").asString())
                    .isEqualTo("UP");
            assertThat(
                            server.read("/actuator/health")
                                    .at("/components/jwt/details/lastFailure/reason")
                                    .asString())
                    .contains("localhost");
            assertThat(server.ask("/actuator/health/readiness").status()).isEqualTo(200);
        }
    }

    @Test
    void responseThatIsNoSetOfKeysChangesNothing() throws Exception {
        List<String> responses =
                List.of(
                        "",
                        "nonsense",
                        "[]",
                        "{}",
                        "{\"keys\":7}",
                        "{\"keys\":[]}",
                        "{\"keys\":[7]}",
                        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}",
                        "[".repeat(100_000),
                        "{\"keys\":[" + "{},".repeat(200_000) + "{}]}");
        for (String response : responses) {
            ISSUER.publishText(response);
            expectFailedFetch();
        }
        ISSUER.answer(exchange -> LocalIssuer.reply(exchange, 500, "{}"));
        expectFailedFetch();
        ISSUER.answer(exchange -> {
            exchange.getResponseHeaders().add("Location", ISSUER.url() + LocalIssuer.KEYS);
            LocalIssuer.reply(exchange, 302, "");
        });
        expectFailedFetch();
        ISSUER.answer(exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.close();
        });
        expectFailedFetch();
    }

    private void expectFailedFetch() {
        double before = failures();
        ServerUnderTest.eventually(() -> {
            jwt.expectUnavailable(unknown());
            assertThat(failures()).isGreaterThan(before);
        });
        ServerUnderTest.eventually(() -> jwt.connect(ISSUER.token().sign()).close());
    }

    private double failures() {
        return server.sum("frontdoor.authentication.key.fetches", "outcome", "failure");
    }

    private static String unknown() {
        return ISSUER.token().header("kid", "unknown").sign();
    }

    private void eventuallyAccepted(RSAKey key) {
        ServerUnderTest.eventually(() -> jwt.connect(ISSUER.token().key(key).sign()).close());
    }

    private void eventuallyAccepted(ECKey key) {
        ServerUnderTest.eventually(() -> jwt.connect(ISSUER.token().key(key).sign()).close());
    }

    private void eventuallyUnknown(String token) {
        ServerUnderTest.eventually(() -> jwt.expectRefusedConnect("gone key", token));
    }
}
