package dev.frontdoor.bench;

/**
 * How much of everything. Warm-up is counted in operations, so that it is the same on any machine.
 *
 * @param rounds how often each candidate is measured, in turn with the others
 * @param enters connections a round
 * @param trips round trips a round
 * @param steadySeconds how long the steady load lasts
 */
record Plan(String name, int rounds, int enters, int warmUpEnters, int trips, int steadySeconds) {

    static final Plan QUICK = new Plan("quick", 2, 4_000, 12_000, 50_000, 20);
    static final Plan FULL = new Plan("full", 5, 20_000, 60_000, 150_000, 600);

    static Plan of(String name) {
        return switch (name) {
            case "quick" -> QUICK;
            case "full" -> FULL;
            default ->
                    throw new IllegalArgumentException(
                            "'%s' is no plan: quick | full".formatted(name));
        };
    }
}
