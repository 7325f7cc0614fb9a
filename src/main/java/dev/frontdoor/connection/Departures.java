package dev.frontdoor.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The latest departures, which tell why a worker disconnected. Used by any thread. */
public final class Departures {

    private final int size;
    private final Deque<Departure> newestFirst;

    Departures(int size) {
        this.size = size;
        this.newestFirst = new ArrayDeque<>();
    }

    synchronized void add(Departure departure) {
        newestFirst.addFirst(departure);
        if (newestFirst.size() > size) {
            newestFirst.removeLast();
        }
    }

    /** The departures that are kept, newest first. */
    public synchronized List<Departure> newestFirst() {
        return List.copyOf(newestFirst);
    }
}
