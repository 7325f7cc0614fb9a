package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets a few requests be served at once, and others wait in their order. The last quarter of those
 * that wait is for clients of which no other request waits, so that one that sends many does not
 * keep the others out. Used by any thread.
 */
final class RequestTurns {

    private final int maxServed;
    private final int maxWaiting;
    private final int maxWaitingOfSame;
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private int served;

    RequestTurns(int maxServed, int maxWaiting) {
        this.maxServed = maxServed;
        this.maxWaiting = maxWaiting;
        this.maxWaitingOfSame = maxWaiting - maxWaiting / 4;
    }

    /**
     * Asks for a turn, which must end; null if too many wait already.
     *
     * @param client whose request it is
     */
    synchronized @Nullable Turn ask(String client) {
        if (served < maxServed) {
            served++;
            return new Turn(client, State.GRANTED);
        }
        if (waiting.size() == maxWaiting || (waiting.size() >= maxWaitingOfSame && waits(client))) {
            return null;
        }
        Turn turn = new Turn(client, State.WAITING);
        waiting.add(turn);
        return turn;
    }

    private boolean waits(String client) {
        return waiting.stream().anyMatch(turn -> turn.client.equals(client));
    }

    /** Ends a turn. Returns the one that may begin instead; null if there is none. */
    private synchronized @Nullable Turn replace(Turn turn) {
        if (turn.state == State.ENDED) {
            return null;
        }
        boolean waited = turn.state == State.WAITING;
        turn.state = State.ENDED;
        if (waited) {
            waiting.remove(turn);
            return null;
        }
        Turn next = waiting.poll();
        if (next == null) {
            served--;
        } else {
            next.state = State.GRANTED;
        }
        return next;
    }

    private enum State {
        WAITING,
        GRANTED,
        STARTED,
        ENDED
    }

    /** The turn of one request. */
    final class Turn {

        private final Sinks.Empty<Void> granted = Sinks.empty();
        private final String client;
        private State state;

        private Turn(String client, State state) {
            this.client = client;
            this.state = state;
            if (state == State.GRANTED) {
                grant();
            }
        }

        private void grant() {
            granted.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
        }

        /** Completes when the request may start, on a thread that must not block. */
        Mono<Void> granted() {
            return granted.asMono().publishOn(Schedulers.parallel());
        }

        /** The request starts; false if its client has left. */
        boolean start() {
            synchronized (RequestTurns.this) {
                boolean starts = state == State.GRANTED;
                state = starts ? State.STARTED : state;
                return starts;
            }
        }

        /** The client has left. A request that has started keeps its turn. */
        void leave() {
            Turn next;
            synchronized (RequestTurns.this) {
                next = state == State.STARTED ? null : replace(this);
            }
            grant(next);
        }

        /** The response begins, or there is none. Further calls have no effect. */
        void end() {
            grant(replace(this));
        }

        private static void grant(@Nullable Turn next) {
            if (next != null) {
                next.grant();
            }
        }
    }
}
