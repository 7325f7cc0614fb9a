package dev.frontdoor.connection;

/**
 * How many connections may be open at once.
 *
 * @param max the number in force, 1 or more
 */
record ConnectionLimit(int max) {

    /** Heap for one connection when the limit is derived, some six times its need. */
    private static final long HEAP_PER_CONNECTION = 16 * 1024;

    /**
     * The limit in force.
     *
     * @param configured the limit that is set; 0 to derive it from the heap
     * @param maxHeap the largest size of the heap, in bytes
     */
    static ConnectionLimit of(int configured, long maxHeap) {
        if (configured > 0) {
            return new ConnectionLimit(configured);
        }
        return new ConnectionLimit(
                Math.clamp(maxHeap / 2 / HEAP_PER_CONNECTION, 1, Integer.MAX_VALUE));
    }
}
