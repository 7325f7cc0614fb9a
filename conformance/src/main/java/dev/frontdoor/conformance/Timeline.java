package dev.frontdoor.conformance;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** What happened in one situation, in order: bytes in both directions, and the program's lines. */
final class Timeline {

    private static final int MAX_ENTRIES = 400;
    private static final int MAX_BYTES = 160;

    private final long start = System.nanoTime();
    private final List<String> entries = new ArrayList<>();
    private int dropped;

    synchronized void add(String text) {
        if (entries.size() == MAX_ENTRIES) {
            entries.remove(0);
            dropped++;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        entries.add(String.format(Locale.ROOT, "%8.3f %s", seconds, text));
    }

    void bytes(String who, byte[] bytes, int length) {
        int shown = Math.min(length, MAX_BYTES);
        String rest = shown < length ? " ... " + length + " bytes in all" : "";
        add(who + " " + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, shown) + rest);
    }

    synchronized List<String> entries() {
        List<String> all = new ArrayList<>(entries);
        if (dropped > 0) {
            all.add(0, dropped + " earlier entries were left out");
        }
        return all;
    }
}
