package dev.frontdoor.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The latest departures, which tell why a worker disconnected. They are bounded in number, and in
 * the memory for what their workers declared. Used by any thread.
 */
public final class Departures {

    private final int size;
    private final long maxBytes;
    private final Deque<Numbered> newestFirst;
    private long last;
    private long bytes;

    Departures(int size, long maxBytes) {
        this.size = size;
        this.maxBytes = maxBytes;
        this.newestFirst = new ArrayDeque<>();
    }

    synchronized void add(DepartedWorker departed) {
        newestFirst.addFirst(new Numbered(++last, departed));
        bytes += departed.worker().size();
        while (newestFirst.size() > size || (bytes > maxBytes && newestFirst.size() > 1)) {
            bytes -= newestFirst.removeLast().departed().worker().size();
        }
    }

    /** The departures that are kept, newest first. */
    public synchronized List<Numbered> newestFirst() {
        return List.copyOf(newestFirst);
    }

    /**
     * A departure.
     *
     * @param number increases with each departure of this process
     */
    public record Numbered(long number, DepartedWorker departed) {}
}
