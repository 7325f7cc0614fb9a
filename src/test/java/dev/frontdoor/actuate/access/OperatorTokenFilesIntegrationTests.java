package dev.frontdoor.actuate.access;

import static dev.frontdoor.actuate.access.OperatorRequest.bearer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.EventReader;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.SecretDirectory;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import java.io.IOException;

/** Tokens of operators in files that change, as those of a mounted Secret do. */
@OpenServerTest
@TestPropertySource(properties = "frontdoor.management.auth.token-file-interval=20ms")
class OperatorTokenFilesIntegrationTests {

    private static final SecretDirectory VIEW = SecretDirectory.create().put("reader", "r-1");
    private static final SecretDirectory OPERATE = SecretDirectory.create().put("boss", "b-1\n");

    private final ServerUnderTest server;

    OperatorTokenFilesIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @DynamicPropertySource
    static void files(DynamicPropertyRegistry settings) {
        settings.add("frontdoor.management.auth.view.token-files", VIEW::path);
        settings.add("frontdoor.management.auth.operate.token-files", OPERATE::path);
    }

    @Test
    void directoryGivesTheRole() throws Exception {
        assertThat(drain("DELETE", "r-1")).isEqualTo(403);
        assertThat(drain("GET", "r-1")).isEqualTo(200);
        assertThat(drain("DELETE", "b-1")).isEqualTo(200);
    }

    @Test
    void swappedSecretReplacesTheToken() throws Exception {
        VIEW.put("rotated", "old-token");
        expect(200, "old-token");
        VIEW.put("rotated", "new-token");
        expect(200, "new-token");
        expect(401, "old-token");
    }

    @Test
    void streamEndsWhenItsTokenIsRemovedAndOthersGoOn() throws Exception {
        VIEW.put("leaving", "leaving-token");
        expect(200, "leaving-token");
        try (EventReader leaving = open("leaving-token");
                EventReader staying = open("r-1")) {
            assertThat(leaving.next().type()).isEqualTo("opened");
            assertThat(staying.next().type()).isEqualTo("opened");

            VIEW.remove("leaving");

            assertThat(leaving.next("unauthorized").data().required("reason").stringValue())
                    .isEqualTo("the token was revoked");
            leaving.expectEnd();
            assertThat(drain("DELETE", "b-1")).isEqualTo(200);
            staying.next("changed");
        }
        expect(401, "leaving-token");
    }

    private EventReader open(String token) throws IOException {
        return EventReader.on(server.operators(), "/actuator/events", bearer(token));
    }

    private void expect(int status, String token) {
        ServerUnderTest.eventually(() -> assertThat(drain("GET", token)).isEqualTo(status));
    }

    private int drain(String method, String token) throws IOException {
        return OperatorRequest.send(server.operators(), method + " /actuator/drain", bearer(token))
                .status();
    }
}
