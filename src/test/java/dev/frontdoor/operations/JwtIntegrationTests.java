package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.LocalIssuer;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;
import dev.frontdoor.test.server.TestToken;
import dev.frontdoor.test.server.WorkerTransport;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which tokens of an OpenID provider are accepted, and what they grant. */
@BothTransports
@FrontDoorTest({
    "frontdoor.auth.timeout=60s",
    "frontdoor.auth.tokens.fixed=named-token",
    "frontdoor.auth.jwt.audiences=front-door,second",
    "frontdoor.auth.jwt.clock-skew=0s",
    "frontdoor.auth.jwt.namespaces-claim=namespaces",
    "frontdoor.auth.jwt.task-queues-claim=/work~1rights/queues",
    "frontdoor.auth.jwt.refresh-interval=1d"
})
@ExtendWith(LoggedOutputExtension.class)
class JwtIntegrationTests {

    private static final LocalIssuer ISSUER = LocalIssuer.start();
    private static final ECKey ELLIPTIC = LocalIssuer.ec("elliptic");

    static {
        ISSUER.publish(ISSUER.key(), ELLIPTIC);
    }

    private final ServerUnderTest server;
    private final ScriptedNotifier notifier;
    private final Workers workers;
    private final JwtWorkers jwt;

    JwtIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier,
            Workers workers) {
        this.server = server;
        this.notifier = notifier;
        this.workers = workers;
        this.jwt = new JwtWorkers(server);
    }

    @DynamicPropertySource
    static void issuer(DynamicPropertyRegistry settings) {
        settings.add("frontdoor.auth.jwt.issuer", ISSUER::url);
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
        server.expectSum(0, "frontdoor.authentication.checks");
    }

    @AfterAll
    static void stop() {
        ISSUER.close();
    }

    @Test
    void tokensOfEachAlgorithmAndTypeAreAccepted() throws Exception {
        for (JWSAlgorithm algorithm : TestToken.rsaAlgorithms()) {
            jwt.connect(granting("*").header("alg", algorithm.getName()).sign()).close();
        }
        jwt.connect(granting("*").key(ELLIPTIC).sign()).close();
        jwt.connect(granting("*").claim("aud", "second").sign()).close();
        for (String type : new String[] {"JWT", "jwt", "at+jwt", "application/at+JWT"}) {
            jwt.connect(granting("*").header("typ", type).sign()).close();
        }
    }

    @Test
    void tokenWithoutAKeyIdIsTriedWithEachKey() throws Exception {
        jwt.connect(granting("*").withoutHeader("kid").sign()).close();
        jwt.connect(granting("*").key(ELLIPTIC).withoutHeader("kid").sign()).close();
    }

    @Test
    void subjectIsThePrincipal() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = jwt.connect(granting("*").sign())) {
            worker.register(TestWorker.registration(identity));
            assertThat(workers.connection(notifier.pidOf(identity)).orElseThrow().principal())
                    .extracting(Principal::name, Principal::kind)
                    .containsExactly("alice", Principal.Kind.JWT);
        }
    }

    @Test
    void whateverIsNoGoodTokenIsRefused() throws Exception {
        double checks =
                server.sum("frontdoor.authentications", "method", "jwt", "outcome", "refused");
        Map<String, String> tokens = oddTokens();
        for (Map.Entry<String, String> odd : tokens.entrySet()) {
            jwt.expectRefused(odd.getKey(), odd.getValue());
        }
        ServerUnderTest.eventually(() ->
                assertThat(
                                server.sum(
                                        "frontdoor.authentications",
                                        "method",
                                        "jwt",
                                        "outcome",
                                        "refused"))
                        .isGreaterThanOrEqualTo(checks + tokens.size()));
        jwt.connect(granting("*").sign()).close();
    }

    private static Map<String, String> oddTokens() throws JOSEException {
        RSAKey stranger = LocalIssuer.rsa("first");
        Map<String, String> odd = new LinkedHashMap<>();
        odd.put("no JWT", "nonsense");
        odd.put("two dots", "..");
        odd.put("five parts", "a.b.c.d.e");
        odd.put("blank before it", " " + granting("*").sign());
        odd.put("line break behind it", granting("*").sign() + "\n");
        odd.put("odd character in it", granting("*").sign().replaceFirst("\\.", ".*"));
        odd.put("padding", granting("*").sign() + "=");
        odd.put("alg none", granting("*").unsigned("{\"alg\":\"none\"}", ""));
        odd.put("alg None", granting("*").unsigned("{\"alg\":\"None\",\"kid\":\"first\"}", ""));
        odd.put("HMAC with the public key", hmac(ISSUER.key()));
        odd.put("no algorithm", granting("*").unsigned("{\"kid\":\"first\"}", "AAAA"));
        odd.put("no signature", granting("*").unsigned("{\"alg\":\"RS256\"}", ""));
        odd.put("EdDSA", granting("*").unsigned("{\"alg\":\"EdDSA\",\"kid\":\"first\"}", "AAAA"));
        odd.put("other key of that id", granting("*").signedBy(stranger).sign());
        odd.put(
                "its own key",
                granting("*")
                        .signedBy(stranger)
                        .header("jwk", stranger.toPublicJWK().toJSONObject())
                        .sign());
        odd.put(
                "key of another address",
                granting("*").signedBy(stranger).header("jku", "http://localhost:1/").sign());
        String good = granting("*").sign();
        odd.put("changed signature", good.substring(0, good.length() - 8) + "AAAAAAAA");
        odd.put("changed claims", good.replaceFirst("\\.[^.]+\\.", ".e30."));
        odd.put("type of something else", granting("*").header("typ", "logout+jwt").sign());
        odd.put(
                "critical header",
                granting("*").header("crit", List.of("exp")).header("exp", 1).sign());
        odd.put(
                "payload that is not encoded",
                granting("*").header("crit", List.of("b64")).header("b64", true).sign());
        odd.put("other issuer", granting("*").claim("iss", "https://example.org").sign());
        odd.put("issuer with a slash", granting("*").claim("iss", ISSUER.url() + "/").sign());
        odd.put("no issuer", granting("*").without("iss").sign());
        odd.put("other audience", granting("*").claim("aud", List.of("billing")).sign());
        odd.put("no audience", granting("*").without("aud").sign());
        odd.put("empty audience", granting("*").claim("aud", List.of()).sign());
        odd.put("audience that is no text", granting("*").claim("aud", 7).sign());
        odd.put("expired", granting("*").expiresIn(-5).sign());
        odd.put("never expires", granting("*").without("exp").sign());
        odd.put("expiry that is no time", granting("*").claim("exp", "tomorrow").sign());
        odd.put("not valid yet", granting("*").claim("nbf", 253_000_000_000L).sign());
        odd.put("no subject", granting("*").without("sub").sign());
        odd.put("subject that is no text", granting("*").claim("sub", 7).sign());
        odd.put("empty subject", granting("*").claim("sub", "").sign());
        odd.put("subject with a line break", granting("*").claim("sub", "a\nb").sign());
        odd.put("grants that are no texts", granting("*").claim("namespaces", 7).sign());
        odd.put("one grant is no text", granting("*").claim("namespaces", List.of(7)).sign());
        odd.put("too many grants", granting("*").claim("namespaces", many()).sign());
        odd.put("claims that are an array", ISSUER.token().sign("[]"));
        odd.put("claims that are no JSON", ISSUER.token().sign("{\"sub\":"));
        odd.put("empty claims", ISSUER.token().sign(""));
        odd.put("deep claims", ISSUER.token().sign("[".repeat(8000)));
        odd.put("deep header", deepHeader());
        odd.put("too long", granting("*").claim("more", "x".repeat(16 * 1024)).sign());
        return odd;
    }

    private static List<String> many() {
        return Collections.nCopies(1025, "a");
    }

    private static String deepHeader() {
        String header = "{\"alg\":\"RS256\",\"x\":" + "[".repeat(5000) + "]".repeat(5000) + "}";
        return Base64URL.encode(header) + ".e30.AAAA";
    }

    private static String hmac(RSAKey key) throws JOSEException {
        byte[] secret = key.toRSAPublicKey().getEncoded();
        String header = "{\"alg\":\"HS256\",\"kid\":\"first\"}";
        TestToken token = granting("*");
        Base64URL signature =
                new MACSigner(secret)
                        .sign(
                                new JWSHeader(JWSAlgorithm.HS256),
                                token.signingInput(header).getBytes(StandardCharsets.US_ASCII));
        return token.unsigned(header, signature.toString());
    }

    @Test
    void registrationBeyondTheGrantsIsRejectedBeforeAnyNotifierIsCalled() throws Exception {
        double calls = server.sum("frontdoor.notifier.calls", "callback", "registered");
        String token =
                ISSUER.token()
                        .claim("namespaces", List.of("billing-*", "web"))
                        .claim("work/rights", Map.of("queues", "fast"))
                        .sign();
        try (TestWorker worker = jwt.connect(token)) {
            expectRejected(
                    worker,
                    jwt.registration("sales").taskQueue("fast").build(),
                    "namespace \"sales\" is not granted to principal \"alice\"");
            expectRejected(
                    worker,
                    jwt.registration("web").taskQueue("slow").build(),
                    "task queue \"slow\" is not granted to principal \"alice\"");
            assertThat(server.sum("frontdoor.notifier.calls", "callback", "registered"))
                    .isEqualTo(calls);

            worker.register(jwt.registration("billing-eu").taskQueue("fast").build());
            worker.register(jwt.registration("web").taskQueue("fast").build());
        }
    }

    @Test
    void claimThatIsMissingGrantsNothing() throws Exception {
        String[] tokens = {
            ISSUER.token().sign(),
            ISSUER.token().claim("namespaces", List.of()).claim("work/rights", Map.of()).sign(),
            ISSUER.token().claim("namespaces", null).claim("work/rights", "queues").sign()
        };
        for (String token : tokens) {
            try (TestWorker worker = jwt.connect(token)) {
                WorkerRegistration registration = jwt.registration("web").taskQueue("q").build();
                expectRejected(
                        worker,
                        registration,
                        "namespace \"web\" is not granted to principal \"alice\"");
                expectRejected(
                        worker,
                        jwt.registration("web").namespaces().taskQueue("q").build(),
                        "task queue \"q\" is not granted to principal \"alice\"");
            }
        }
    }

    @Test
    void connectionIsClosedWhenItsTokenExpires() throws Exception {
        try (TestWorker worker = jwt.connect(granting("*").expiresIn(3).sign())) {
            worker.register(TestWorker.registration(server.newIdentity()));
            assertThat(worker.expectClose(4014).reason()).contains("expired");
            ServerUnderTest.expectNoAnswer(worker);
        }
    }

    @Test
    void tokenThatWasCheckedBeforeCostsNoSecondCheckUntilItExpires() throws Exception {
        String token = granting("*").expiresIn(4).sign();
        jwt.connect(token).close();
        double checks = server.sum("frontdoor.authentication.signatures");
        jwt.connect(token).close();
        jwt.connect(token).close();
        if (server.transport() == WorkerTransport.WEBSOCKET) {
            jwt.upgrade(token).close();
        }
        assertThat(server.sum("frontdoor.authentication.signatures")).isEqualTo(checks);
        assertThat(server.sum("frontdoor.authentication.verified.tokens")).isPositive();

        ServerUnderTest.eventually(() -> jwt.expectRefused("expired meanwhile", token));
    }

    @Test
    void secondConnectEndsTheConnectionWhereTokensAreNotRenewed() throws Exception {
        try (TestWorker worker = jwt.connect(granting("*").sign())) {
            worker.send(JwtWorkers.frame(granting("*").sign()));
            worker.expectClose(1002);
        }
    }

    @Test
    void namedTokensStayAccepted() throws Exception {
        try (TestWorker worker = jwt.connect("named-token")) {
            String identity = server.newIdentity();
            worker.register(TestWorker.registration(identity));
            assertThat(workers.connection(notifier.pidOf(identity)).orElseThrow().principal())
                    .extracting(Principal::name, Principal::kind)
                    .containsExactly("fixed", Principal.Kind.TOKEN);
        }
    }

    @Test
    void tokenOfTheUpgradeProvesTheWorker() throws Exception {
        if (server.transport() != WorkerTransport.WEBSOCKET) {
            return;
        }
        try (TestWorker worker = jwt.upgrade(granting("*").sign())) {
            worker.register(TestWorker.registration(server.newIdentity()));
        }
    }

    @Test
    void noTokenIsLoggedOrShown(CapturedOutput output) throws Exception {
        String good = granting("*").sign();
        String bad = granting("*").claim("iss", "https://example.org").sign();
        try (TestWorker worker = jwt.connect(good)) {
            worker.register(TestWorker.registration(server.newIdentity()));
            // The log counts lines by address.
            try (TestWorker other = server.worker().from(server.newAddress()).connect()) {
                other.send(JwtWorkers.frame(bad));
                other.expectClose(1008);
            }
            ServerUnderTest.eventually(
                    () -> assertThat(output.getAll()).contains("The iss claim is not valid"));
            for (String endpoint :
                    new String[] {
                        "registrations",
                        "departures",
                        "notifiers",
                        "health",
                        "metrics",
                        "prometheus"
                    }) {
                expectHidden(server.ask("/actuator/" + endpoint).body(), good, bad);
            }
        }
        expectHidden(output.getAll(), good, bad);
    }

    /** No part of a token, its header apart, which is the same for all. */
    private static void expectHidden(String text, String... tokens) {
        for (String token : tokens) {
            String[] parts = token.split("\\.", 3);
            assertThat(text).doesNotContain(parts[1], parts[2]);
        }
    }

    private static void expectRejected(
            TestWorker worker, WorkerRegistration registration, String reason) {
        worker.send(new WorkerRegister(0, registration));
        worker.expectRejected(reason);
    }

    private static TestToken granting(String pattern) {
        return ISSUER.token()
                .claim("namespaces", List.of(pattern))
                .claim("work/rights", Map.of("queues", List.of(pattern)));
    }
}
