package dev.frontdoor.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The latest departures, which tell why a worker disconnected. Used by any thread. */
public final class Departures {

    private final int size;
    private final Deque<DepartedWorker> newestFirst;

    Departures(int size) {
        this.size = size;
        this.newestFirst = new ArrayDeque<>();
    }

    synchronized void add(DepartedWorker departed) {
        newestFirst.addFirst(departed);
        if (newestFirst.size() > size) {
            newestFirst.removeLast();
        }
    }

    /** The departures that are kept, newest first. */
    public synchronized List<DepartedWorker> newestFirst() {
        return List.copyOf(newestFirst);
    }
}
