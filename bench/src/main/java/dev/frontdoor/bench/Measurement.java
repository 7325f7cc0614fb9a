package dev.frontdoor.bench;

import java.util.Locale;

/**
 * What one load saw, as it prints it. Times are in seconds.
 *
 * @param operations that ended as they must
 * @param refused registrations and upgrades (503) that were rejected, where a load expects that
 * @param lost connections that ended, where a load expects that
 * @param failed operations that ended any other way
 * @param left workers that the server still had after all were gone
 * @param serverSeconds processor time of the server
 * @param loadSeconds processor time of the load, this process included
 * @param othersSeconds processor time of everything else on the machine
 * @param problem the first thing that went wrong; empty if nothing did
 */
record Measurement(
        long operations,
        long refused,
        long lost,
        long failed,
        long left,
        double seconds,
        double serverSeconds,
        double loadSeconds,
        double othersSeconds,
        double p50,
        double p99,
        double longest,
        String problem) {

    /** From here on the load might be what limits a rate. */
    private static final double MOST_LOAD = 0.8;

    /** With more of it by others, neither a rate nor a processor time is the server's own. */
    private static final double MOST_OTHERS = 0.15;

    double rate() {
        return operations / seconds;
    }

    double cpuMicros() {
        return serverSeconds * 1e6 / operations;
    }

    /** The share of one processor that the load used. */
    double loadShare() {
        return loadSeconds / seconds;
    }

    /** Why a rate is not the server's own; empty if it is. */
    String objection() {
        if (loadShare() >= MOST_LOAD) {
            return percent("the load used %.0f %% of its processor", loadShare());
        }
        return isDisturbed()
                ? percent("other processes used %.0f %% of a processor", othersShare())
                : "";
    }

    /** Whether other processes took processor time, so that measuring again may help. */
    boolean isDisturbed() {
        return othersShare() > MOST_OTHERS;
    }

    private double othersShare() {
        return othersSeconds / seconds;
    }

    private static String percent(String text, double share) {
        return String.format(Locale.ROOT, text, share * 100);
    }
}
