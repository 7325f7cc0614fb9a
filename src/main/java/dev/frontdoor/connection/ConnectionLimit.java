package dev.frontdoor.connection;

/**
 * How many workers' connections may be open at once.
 *
 * @param max the number in force, 1 or more
 */
record ConnectionLimit(int max) {

    /** Heap for one connection when the limit is derived, some six times its need. */
    private static final long HEAP_PER_CONNECTION = 16 * 1024;

    /** Open files that are left for the management port and jars. */
    static final int RESERVED_FILES = 192;

    /** TCP connections beyond the limit, whose peers are told why they are refused. */
    static final int RESERVE = 64;

    /**
     * The limit in force, for which there are always enough open files.
     *
     * @param configured the limit that is set; 0 to derive it from the heap
     * @param maxHeap the largest size of the heap, in bytes
     * @param maxFiles how many files the process may have open
     */
    static ConnectionLimit of(int configured, long maxHeap, long maxFiles) {
        long wanted = configured > 0 ? configured : maxHeap / 2 / HEAP_PER_CONNECTION;
        return new ConnectionLimit(
                Math.clamp(
                        Math.min(wanted, maxFiles - RESERVED_FILES - RESERVE),
                        1,
                        Integer.MAX_VALUE));
    }

    /** How many TCP connections may be open at once, workers' and others. */
    int maxTcp() {
        return (int) Math.min((long) max + RESERVE, Integer.MAX_VALUE);
    }
}
