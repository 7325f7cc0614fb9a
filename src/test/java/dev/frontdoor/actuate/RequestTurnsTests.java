package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.actuate.RequestTurns.Turn;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Which requests of the management port are served, wait, or are refused. */
class RequestTurnsTests {

    private static final int SERVED = 2;
    private static final int WAITING = 8;

    private final RequestTurns turns = new RequestTurns(SERVED, WAITING);

    @Test
    void lastQuarterOfThoseThatWaitIsForClientsOfWhichNoneWaits() {
        List<Turn> first = ask("first", SERVED + WAITING);
        assertThat(first).hasSize(SERVED + WAITING * 3 / 4);
        assertThat(ask("second", 2)).hasSize(1);
        assertThat(ask("third", 2)).hasSize(1);
        assertThat(ask("fourth", 1)).isEmpty();

        first.getFirst().end();
        assertThat(ask("fourth", 2)).hasSize(1);
    }

    @Test
    void clientThatLeavesBeforeItsRequestStartsGivesItsTurnToTheNext() {
        List<Turn> granted = ask("first", SERVED);
        Turn next = ask("second", 1).getFirst();
        assertThat(next.start()).isFalse();

        granted.getFirst().leave();
        assertThat(granted.getFirst().start()).isFalse();
        assertThat(next.start()).isTrue();
    }

    @Test
    void requestThatHasStartedKeepsItsTurnWhenItsClientLeaves() {
        List<Turn> granted = ask("first", SERVED);
        Turn next = ask("second", 1).getFirst();
        assertThat(granted.getFirst().start()).isTrue();
        granted.getFirst().leave();
        assertThat(next.start()).isFalse();

        granted.getFirst().end();
        assertThat(next.start()).isTrue();
    }

    private List<Turn> ask(String client, int times) {
        List<Turn> asked = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            @Nullable Turn turn = turns.ask(client);
            if (turn != null) {
                asked.add(turn);
            }
        }
        return asked;
    }
}
