package dev.frontdoor.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.connection.Connections;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ServiceContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/** Which event loops accept upgrades at the moment. */
class UpgradeOverloadTests {

    private static final Duration SWEEP = Duration.ofMillis(250);

    private final ServiceContext service =
            new ServiceContext("frontdoor.limits.max-event-loop-lag=1s");

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void loopThatRanLateRefusesUpgradesUntilItIsInTime() {
        WorkersPortChannel client = watched(service);

        service.time().pause(SWEEP.plus(Duration.ofMillis(1001)));
        client.receives(Requests.upgrade().toString());
        assertThat(client.text())
                .startsWith("HTTP/1.1 503 ")
                .containsIgnoringCase("retry-after: 5\r\n")
                .contains("overloaded");
        assertThat(service.value("frontdoor.upgrades.refused", "reason", "overloaded"))
                .isEqualTo(1);

        service.time().advance(SWEEP);
        client.receives(Requests.upgrade().toString());
        assertThat(client.text()).startsWith("HTTP/1.1 101 ");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 500, 1000})
    void loopWithinTheBoundAcceptsUpgrades(long lateMillis) {
        WorkersPortChannel client = watched(service);

        service.time().pause(SWEEP.plusMillis(lateMillis));
        client.receives(Requests.upgrade().toString());

        assertThat(client.text()).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void lateLoopDoesNotKeepWorkersFromAnother() {
        WorkersPortChannel late = watched(service);
        service.time().pause(Duration.ofSeconds(5));
        WorkersPortChannel other = new WorkersPortChannel(service);

        late.receives(Requests.upgrade().toString());
        other.receives(Requests.upgrade().toString());

        assertThat(late.text()).startsWith("HTTP/1.1 503 ");
        assertThat(other.text()).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void boundOfZeroIsNoBound() {
        try (ServiceContext unbounded =
                new ServiceContext("frontdoor.limits.max-event-loop-lag=0s")) {
            WorkersPortChannel client = watched(unbounded);
            unbounded.time().pause(Duration.ofSeconds(9));
            client.receives(Requests.upgrade().toString());
            assertThat(client.text()).startsWith("HTTP/1.1 101 ");
        }
    }

    /** A channel whose event loop is measured from now on. */
    private static WorkersPortChannel watched(ServiceContext service) {
        WorkersPortChannel client = new WorkersPortChannel(service);
        assertThat(service.bean(Connections.class).lagOf(client.channel.eventLoop()))
                .isNotPositive();
        return client;
    }
}
