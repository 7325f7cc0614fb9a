package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.frontdoor.connection.ConnectedWorkers.Worker;
import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.Departure;
import dev.frontdoor.notifier.Departure.Initiator;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.Traffic;
import dev.frontdoor.notifier.TransportKind;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.test.server.ServiceContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

class ConnectionFactsTests {

    private static final int PING_SIZE = FrameCodec.encode(new Ping(0)).length;

    private final ServiceContext service = new ServiceContext("frontdoor.auth.tokens=first,second");
    private final ConnectedWorkers workers = new ConnectedWorkers(service);

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void newConnectionHasItsOriginAndNothingElse() {
        Worker worker = workers.connect();
        ConnectionFacts facts = facts(worker);
        assertThat(facts.instance()).isEqualTo("under-test/0");
        assertThat(facts.pid()).isEqualTo(worker.connection.pid());
        assertThat(facts.transport()).isEqualTo(TransportKind.WEBSOCKET);
        assertThat(facts.remoteAddress()).isEqualTo("192.0.2.1:4711");
        assertThat(facts.connectedAt()).isEqualTo(now());
        assertThat(facts.lastActivity()).isEqualTo(now());
        assertThat(facts.principal()).isNull();
        assertThat(facts.userAgent()).isNull();
        assertThat(facts.roundTrip()).isNull();
        assertThat(facts.departure()).isNull();
        assertThat(facts.labels()).isEmpty();
        assertThat(facts.pushes()).isEmpty();
        assertThat(facts.received()).isEqualTo(new Traffic(0, 0));
        assertThat(facts.sent()).isEqualTo(new Traffic(0, 0));
    }

    @Test
    void framesAreCountedInBothDirections() {
        Worker worker = workers.connect();
        for (int i = 0; i < 3; i++) {
            worker.sends(new Ping(0));
        }
        worker.sends(new Pong(0));
        assertThat(facts(worker).received()).isEqualTo(new Traffic(4, 4L * PING_SIZE));
        assertThat(facts(worker).sent()).isEqualTo(new Traffic(3, 3L * PING_SIZE));
    }

    @Test
    void nothingIsCountedAfterTheEnd() {
        Worker worker = workers.connect();
        worker.vanishes();
        worker.connection.reply(new Pong(0));
        assertThat(facts(worker).sent()).isEqualTo(new Traffic(0, 0));
    }

    @Test
    void tokenThatMatchedIsThePrincipal() {
        Worker worker = workers.connect();
        worker.authenticates("second");
        assertThat(facts(worker).principal())
                .extracting(Principal::name, Principal::kind)
                .containsExactly("token-2", Principal.Kind.TOKEN);
        Worker stranger = workers.connect();
        stranger.authenticates("third");
        assertThat(facts(stranger).principal()).isNull();
    }

    @Test
    void lastActivityIsTheLastArrivalWhateverTheDateDoes() {
        Worker worker = workers.connect();
        service.time().advance(Duration.ofSeconds(3));
        worker.sends(new Ping(0));
        Instant arrival = now();
        service.time().advance(Duration.ofSeconds(2));
        assertThat(facts(worker).lastActivity()).isEqualTo(arrival);
        service.time().stepWallClock(Duration.ofHours(1));
        assertThat(facts(worker).lastActivity()).isEqualTo(arrival.plus(Duration.ofHours(1)));
    }

    @Test
    void pongAfterAPingTellsTheRoundTrip() {
        Worker worker = workers.connect();
        worker.authenticates("first");
        worker.connection.onPong();
        assertThat(facts(worker).roundTrip()).isNull();
        worker.connection.facts().onPing();
        service.time().advance(Duration.ofMillis(70));
        worker.connection.onPong();
        service.time().advance(Duration.ofSeconds(1));
        worker.connection.onPong();
        assertThat(facts(worker).roundTrip()).isEqualTo(Duration.ofMillis(70));
    }

    @Test
    void departureTellsWhoEndedTheConnectionAndWhy() {
        Worker worker = workers.connect();
        service.time().advance(Duration.ofSeconds(3));
        worker.connection.close(CloseCause.DISCONNECTED, "line\nbreak");
        service.time().runTasks();
        assertThat(facts(worker).departure())
                .isEqualTo(new Departure(4500, Initiator.OPERATOR, "line\nbreak", now()));
        assertThat(facts(worker).departure())
                .extracting(Departure::reason)
                .isEqualTo("line\\u{a}break");
    }

    @Test
    void annotatedLabelsAreAddedOrNoneIs() {
        Worker worker = workers.connect();
        worker.connection.facts().annotate(Map.of("zone", "eu1"));
        worker.connection.facts().annotate(Map.of("zone", "eu2", "tier", "gold"));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> worker.connection.facts().annotate(Map.of("good", "x", "BAD", "x")));
        assertThat(facts(worker).labels()).isEqualTo(Map.of("zone", "eu2", "tier", "gold"));
    }

    @Test
    void pidThatNeverRegisteredIsUnknown() {
        Worker worker = workers.connect();
        Workers known = service.bean(Workers.class);
        assertThat(known.connection(worker.connection.pid())).isEmpty();
        assertThat(known.annotate(worker.connection.pid(), Map.of("a", "b"))).isFalse();
        assertThat(facts(worker).labels()).isEmpty();
    }

    private static ConnectionFacts facts(Worker worker) {
        return worker.connection.facts().snapshot();
    }

    private Instant now() {
        return Instant.ofEpochMilli(service.time().wallTime());
    }
}
