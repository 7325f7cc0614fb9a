package dev.frontdoor.directory;

import java.util.BitSet;

/**
 * The numbers of the latest messages of one instance. Each number is taken once; one that is too
 * far behind the highest is never taken. Used by one thread.
 */
final class ReplayWindow {

    /** How far a number may be behind the highest. */
    static final int SIZE = 1 << 16;

    private final BitSet seen = new BitSet(SIZE);
    private long highest;

    /** Whether the number has not come before. */
    boolean take(long number) {
        if (number <= highest - SIZE) {
            return false;
        }
        if (number > highest) {
            clear(number);
            highest = number;
        }
        int index = (int) Math.floorMod(number, (long) SIZE);
        boolean isNew = !seen.get(index);
        seen.set(index);
        return isNew;
    }

    /** The indexes between the highest number and a higher one belong to numbers that are past. */
    private void clear(long number) {
        if (number - highest >= SIZE) {
            seen.clear();
            return;
        }
        for (long next = highest + 1; next <= number; next++) {
            seen.clear((int) Math.floorMod(next, (long) SIZE));
        }
    }
}
