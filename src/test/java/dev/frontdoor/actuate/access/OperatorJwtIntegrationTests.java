package dev.frontdoor.actuate.access;

import static dev.frontdoor.actuate.access.OperatorRequest.bearer;
import static dev.frontdoor.actuate.access.OperatorRequest.challenge;
import static dev.frontdoor.actuate.access.OperatorRequest.json;
import static dev.frontdoor.actuate.access.OperatorRequest.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.LocalIssuer;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Operators who prove by a JSON Web Token who they are. */
@OpenServerTest
@TestPropertySource(
        properties = {
            "frontdoor.auth.timeout=60s",
            "frontdoor.management.auth.operate.tokens.fixed=a-token",
            "frontdoor.management.auth.jwt.audiences=front-door",
            "frontdoor.management.auth.jwt.clock-skew=0s",
            "frontdoor.management.auth.jwt.principal-claim=email",
            "frontdoor.management.auth.jwt.roles-claim=/access/groups",
            "frontdoor.management.auth.jwt.view-values=staff",
            "frontdoor.management.auth.jwt.operate-values=oncall,admins"
        })
class OperatorJwtIntegrationTests {

    private static final LocalIssuer ISSUER = LocalIssuer.start();

    private final ServerUnderTest server;

    OperatorJwtIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @DynamicPropertySource
    static void issuer(DynamicPropertyRegistry settings) {
        settings.add("frontdoor.management.auth.jwt.issuer", ISSUER::url);
    }

    @AfterAll
    static void close() {
        ISSUER.close();
    }

    /** The port is open before the issuer has given its keys. */
    @BeforeEach
    void keysHaveCome() {
        String token = token(List.of("staff"), 3600);
        ServerUnderTest.eventually(() -> assertThat(drain("GET", token).status()).isEqualTo(200));
    }

    @Test
    void claimGivesTheRole() throws Exception {
        String staff = token(List.of("staff", "other"), 3600);
        String oncall = token(List.of("oncall"), 3600);

        assertThat(drain("GET", staff).status()).isEqualTo(200);
        assertThat(drain("DELETE", staff).status()).isEqualTo(403);
        assertThat(drain("DELETE", oncall).status()).isEqualTo(200);
        assertThat(drain("DELETE", token("staff admins", 3600)).status()).isEqualTo(200);
        assertThat(json(send("GET /actuator/operator", oncall)).toString())
                .contains("\"name\":\"ann@ops.example\",\"proof\":\"jwt\"");
    }

    @Test
    void tokenWithoutARoleIsKnownAndMayNothing() throws Exception {
        for (Object groups : List.of(List.of(), List.of("Staff"), "staffed", "")) {
            HttpResponse response = drain("GET", token(groups, 3600));

            assertThat(response.status()).isEqualTo(403);
            assertThat(challenge(response)).contains("scope=\"view\"");
            assertThat(message(response))
                    .isEqualTo("this needs the role view; operator 'ann@ops.example' has no role");
        }
    }

    @Test
    void expiredTokenIsToldApartFromAWrongOne() throws Exception {
        HttpResponse expired = drain("GET", token(List.of("staff"), -10));
        HttpResponse wrong =
                drain("GET", ISSUER.token().claim("email", "x@y").claim("aud", "other").sign());

        assertThat(expired.status()).isEqualTo(401);
        assertThat(message(expired)).isEqualTo("the credentials have expired");
        assertThat(challenge(expired)).contains("error_description=\"the credentials have expired");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(message(wrong)).isEqualTo("the credentials are not accepted");
        assertThat(server.sum("frontdoor.management.requests.refused", "reason", "expired"))
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"loopback", "anonymous"})
    void nameThatWouldMisleadIsWrong(String name) throws Exception {
        String token =
                ISSUER.token()
                        .claim("email", name)
                        .claim("access", Map.of("groups", List.of("oncall")))
                        .sign();

        assertThat(drain("DELETE", token).status()).isEqualTo(401);
    }

    @Test
    void tokenOfTheSettingsCountsBesideThem() throws Exception {
        assertThat(drain("DELETE", "a-token").status()).isEqualTo(200);
    }

    @Test
    void streamEndsWhenItsTokenExpires() throws Exception {
        String token = token(List.of("staff"), 5);
        try (EventReader events =
                EventReader.on(server.operators(), "/actuator/events", bearer(token))) {
            // A slow machine may open it too late.
            if (events.head().status() == 200) {
                assertThat(events.next("unauthorized").data().required("reason").stringValue())
                        .isEqualTo("the credentials have expired");
                events.expectEnd();
            }
        }
    }

    private static String token(Object groups, long seconds) {
        return ISSUER.token()
                .claim("email", "ann@ops.example")
                .claim("access", Map.of("groups", groups))
                .expiresIn(seconds)
                .sign();
    }

    private HttpResponse drain(String method, String token) throws IOException {
        return send(method + " /actuator/drain", token);
    }

    private HttpResponse send(String request, String token) throws IOException {
        return OperatorRequest.send(server.operators(), request, bearer(token));
    }
}
