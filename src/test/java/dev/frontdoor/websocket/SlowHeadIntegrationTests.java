package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.server.Door;
import dev.frontdoor.test.server.GuardedDoor;
import dev.frontdoor.test.server.HttpSocket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Request heads that take longer than {@code request-head-timeout}. */
@GuardedDoor
class SlowHeadIntegrationTests {

    private final Door door;

    SlowHeadIntegrationTests(Door door) {
        this.door = door;
    }

    @AfterEach
    void nobodyIsLeft() {
        door.expectNobody();
    }

    @Test
    void connectionThatSaysNothingIsToldSoAndEnded() throws Exception {
        double refused = door.sum("frontdoor.upgrades.refused", "reason", "head_too_slow");
        try (HttpSocket http = door.http()) {
            HttpResponse answer = http.answer();

            assertThat(answer.status()).isEqualTo(408);
            assertThat(http.ends()).isTrue();
            assertThat(door.sum("frontdoor.upgrades.refused", "reason", "head_too_slow"))
                    .isEqualTo(refused + 1);
        }
    }
}
