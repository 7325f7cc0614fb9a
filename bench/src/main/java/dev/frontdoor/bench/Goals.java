package dev.frontdoor.bench;

import dev.frontdoor.bench.Figures.Figure;

import java.util.List;

/** How far the service, with one notifier, is from what it is meant to reach. */
final class Goals {

    private static final List<Goal> GOALS =
            List.of(
                    new Goal("connect, register, close: operations", true, true, 0.60),
                    new Goal("connect, register, close: CPU an operation", true, false, 1.6),
                    new Goal("register again: operations", true, true, 0.60),
                    new Goal("ping: operations", true, true, 0.95),
                    new Goal("idle memory: heap a worker, 8,000", false, false, 3_500),
                    new Goal("idle memory: RSS a worker, 8,000", false, false, 8_000),
                    new Goal(
                            "idle memory: RSS since the start a worker, 8,000",
                            false,
                            false,
                            8_000),
                    new Goal("mass disconnect: to the last end told, 8,000", false, false, 1_000),
                    new Goal("reconnect storm: lost and tried again", false, false, 0),
                    new Goal("codec: decodeRegister", false, false, 1_000));

    private Goals() {}

    /** Prints the goals of what was measured. */
    static void print(Figures figures) {
        System.out.printf("%n**goals**%n%n| figure | goal | reached | |%n|---|---|---|---|%n");
        for (Goal goal : GOALS) {
            figures.all().stream()
                    .filter(figure -> figure.name().equals(goal.figure()))
                    .forEach(figure -> System.out.println(goal.row(figure)));
        }
    }

    /**
     * One goal.
     *
     * @param ratio whether it is for the ratio to raw Netty
     * @param least whether more is better
     */
    private record Goal(String figure, boolean ratio, boolean least, double value) {

        String row(Figure measured) {
            double reached =
                    ratio
                            ? measured.ratio(Candidate.SERVICE, Candidate.RAW_NETTY)
                            : measured.median(Candidate.SERVICE);
            boolean met = least ? reached >= value : reached <= value;
            return "| %s (%s) | %s %s | %s | %s |"
                    .formatted(
                            figure,
                            ratio ? "to raw Netty" : measured.unit(),
                            least ? "at least" : "at most",
                            number(value),
                            number(reached),
                            Double.isNaN(reached) ? "not known" : met ? "met" : "missed");
        }

        private String number(double number) {
            return ratio ? Report.ratio(number) : Report.number(number);
        }
    }
}
