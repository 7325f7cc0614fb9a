package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.connection.drain.Drain;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.test.server.ServiceContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/** The machine's date is set while workers are connected. */
class WallClockStepTests {

    private final ServiceContext service =
            new ServiceContext(
                    "frontdoor.heartbeat.interval=25s",
                    "frontdoor.limits.registration-timeout=30s",
                    "frontdoor.drain.window=20s",
                    "frontdoor.drain.push-grace=10s");
    private final ConnectedWorkers workers = new ConnectedWorkers(service);

    @AfterEach
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, -2})
    void aDepartureTellsHowLongItsWorkerWasRegistered(int hours) {
        ConnectedWorkers.Worker worker = workers.register("a");

        service.time().advance(Duration.ofSeconds(3));
        service.time().stepWallClock(Duration.ofHours(hours));
        service.time().advance(Duration.ofSeconds(2));
        worker.connection.close(CloseCause.DISCONNECTED, "enough");
        service.time().runTasks();

        assertThat(service.bean(Departures.class).newestFirst())
                .singleElement()
                .extracting(kept -> kept.departed().registeredFor())
                .isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, -2})
    void timeoutsAreNeitherReachedNorPutOff(int hours) {
        ConnectedWorkers.Worker unregistered = workers.connect();
        unregistered.authenticates("");
        service.time().advance(Duration.ofSeconds(20));

        service.time().stepWallClock(Duration.ofHours(hours));
        service.time().advance(Duration.ofSeconds(9));
        assertThat(unregistered.connection.hasEnded()).isFalse();

        service.time().advance(Duration.ofSeconds(3));
        assertThat(unregistered.connection.hasEnded()).isTrue();
        assertThat(unregistered.transport.closed()).isEqualTo(CloseCause.REGISTRATION_TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, -2})
    void aDrainKeepsItsWindow(int hours) {
        for (int i = 0; i < 20; i++) {
            workers.register("worker-" + i);
        }
        Connections connections = service.bean(Connections.class);

        service.bean(Drain.class).begin("the test");
        service.time().stepWallClock(Duration.ofHours(hours));
        service.time().advance(Duration.ofSeconds(1));
        assertThat(connections.count()).isPositive();

        service.time().advance(Duration.ofSeconds(30));
        assertThat(connections.count()).isZero();
    }
}
