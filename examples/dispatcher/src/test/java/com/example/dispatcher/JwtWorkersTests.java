package com.example.dispatcher;

import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;

import dev.frontdoor.test.FrontDoorExtension;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.TestWorkerBuilder;
import dev.frontdoor.test.UpgradeRefusedException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** Workers prove who they are by JSON Web Tokens, and get tasks. The test is the issuer. */
class JwtWorkersTests {

    private static final ECKey KEY = newKey();
    private static final HttpServer ISSUER = issuer();

    @RegisterExtension
    static final FrontDoorExtension frontDoor =
            FrontDoorExtension.with(DispatcherConfiguration.class)
                    .property("frontdoor.auth.jwt.issuer", "https://issuer.example")
                    .property(
                            "frontdoor.auth.jwt.jwk-set-uri",
                            "http://localhost:%s/keys".formatted(ISSUER.getAddress().getPort()))
                    .property("frontdoor.auth.jwt.audiences", "front-door")
                    .property("frontdoor.auth.timeout", "60s")
                    .property("frontdoor.registrations.decision-timeout", "60s")
                    .property("frontdoor.notifiers.timeout", "30s");

    @AfterAll
    static void stopIssuer() {
        ISSUER.stop(0);
    }

    @Test
    void workerWithAJsonWebTokenInConnectGetsTasks() throws Exception {
        AuthenticatedWorkersTests.expectTask(frontDoor, builder().token(token("front-door")));
    }

    @Test
    void workerWithAJsonWebTokenAtTheUpgradeGetsTasks() throws Exception {
        AuthenticatedWorkersTests.expectTask(frontDoor, builder().bearer(token("front-door")));
    }

    @Test
    void tokenForAnotherServiceIsRefused() throws Exception {
        String token = token("another-service");
        assertThrows(UpgradeRefusedException.class, () -> builder().bearer(token).connect());
    }

    private static TestWorkerBuilder builder() {
        return TestWorker.to(frontDoor.url()).timeout(Duration.ofMinutes(1));
    }

    private static String token(String audience) throws JOSEException {
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(KEY.getKeyID()).build(),
                        new JWTClaimsSet.Builder()
                                .issuer("https://issuer.example")
                                .audience(audience)
                                .subject("charger")
                                .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
                                .build());
        token.sign(new ECDSASigner(KEY));
        return token.serialize();
    }

    private static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("key-1").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpServer issuer() {
        try {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            byte[] keys = new JWKSet(KEY.toPublicJWK()).toString().getBytes(UTF_8);
            server.createContext(
                    "/keys",
                    exchange -> {
                        try (exchange) {
                            exchange.sendResponseHeaders(200, keys.length);
                            exchange.getResponseBody().write(keys);
                        }
                    });
            server.start();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
