package dev.frontdoor.bench;

import static dev.frontdoor.bench.Candidate.CENTRIFUGO;
import static dev.frontdoor.bench.Candidate.LIMINAL_OVER_TCP;
import static dev.frontdoor.bench.Candidate.RAW_NETTY;
import static dev.frontdoor.bench.Candidate.SERVICE;
import static dev.frontdoor.bench.Candidate.SERVICE_ALONE;
import static dev.frontdoor.bench.Candidate.SERVICE_ON_A_FLEET;
import static dev.frontdoor.bench.Candidate.SERVICE_OVER_TCP;
import static dev.frontdoor.bench.Candidate.SERVICE_WITH_ONE_LOOP;
import static dev.frontdoor.bench.Candidate.SERVICE_WITH_THREE;
import static dev.frontdoor.bench.Candidate.SERVICE_WITH_TWO_LOOPS;

import dev.frontdoor.bench.Figures.Figure;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/** How far the service is from what it is meant to reach. */
final class Goals {

    private static final String ENTER = Workload.ENTER.label() + ": ";
    private static final String AT_RATE = Workload.ENTER_AT_RATE.label() + ": ";
    private static final String AGAIN = Workload.REGISTER_AGAIN.label() + ": ";
    private static final String PING = Workload.PING.label() + ": ";
    private static final String IDLE = Workload.IDLE.label() + ": ";

    private static final List<Goal> GOALS =
            List.of(
                    atLeast(0.80, ENTER + Figures.RATE, SERVICE, RAW_NETTY),
                    atMost(1.40, ENTER + Figures.CPU, SERVICE, RAW_NETTY),
                    atMost(1.3, AT_RATE + Figures.P99, SERVICE, RAW_NETTY),
                    atLeast(0.85, AGAIN + Figures.RATE, SERVICE, RAW_NETTY),
                    atMost(1.30, AGAIN + Figures.CPU, SERVICE, RAW_NETTY),
                    atLeast(0.95, PING + Figures.RATE, SERVICE, RAW_NETTY),
                    atMost(1.2, PING + Figures.P99, SERVICE, RAW_NETTY),
                    atLeast(0.95, "push, 1 in flight: " + Figures.RATE, SERVICE, RAW_NETTY),
                    atLeast(0.95, "push, 32 in flight: " + Figures.RATE, SERVICE, RAW_NETTY),
                    atLeast(0.95, "push, 1,000 in flight: " + Figures.RATE, SERVICE, RAW_NETTY),
                    atMost(1.30, "push, 32 in flight: " + Figures.CPU, SERVICE, RAW_NETTY),
                    atLeast(0.85, "publish: " + Figures.RATE, SERVICE, RAW_NETTY),
                    atMost(5, ENTER + Figures.CPU, SERVICE_WITH_THREE, RAW_NETTY),
                    atMost(2_300, IDLE + "heap a worker, 15,000", SERVICE, null),
                    atMost(4_200, IDLE + "RSS a worker, 15,000", SERVICE, null),
                    atMost(160, "start: RSS, as in the image", SERVICE_ALONE, null),
                    atMost(3, "start: to readiness, as in the image", SERVICE_ALONE, null),
                    atMost(300, "mass disconnect: to the last end told, 8,000", SERVICE, null),
                    atMost(3.5, "reconnect storm: to all registered, 8,000", SERVICE, null),
                    atMost(
                            1.1,
                            AT_RATE + Figures.CPU,
                            SERVICE_WITH_TWO_LOOPS,
                            SERVICE_WITH_ONE_LOOP),
                    atLeast(1, ENTER + Figures.RATE, SERVICE_OVER_TCP, LIMINAL_OVER_TCP),
                    atMost(1, ENTER + Figures.CPU, SERVICE_OVER_TCP, LIMINAL_OVER_TCP),
                    atLeast(1, ENTER + Figures.RATE, SERVICE, CENTRIFUGO),
                    atMost(1, ENTER + Figures.CPU, SERVICE, CENTRIFUGO),
                    atLeast(
                            0.5,
                            "push across instances: rate to that of requests",
                            SERVICE_ON_A_FLEET,
                            null),
                    atMost(0, "reconnect storm: lost and tried again", SERVICE, null),
                    atMost(1_000, "codec: decodeRegister", SERVICE, null));

    private Goals() {}

    /** Prints the goals of what was measured. */
    static void print(Figures figures) {
        System.out.printf("%n**goals**%n%n| figure | goal | reached | |%n|---|---|---|---|%n");
        for (Goal goal : GOALS) {
            figures.all().stream()
                    .filter(goal::isOf)
                    .forEach(figure -> System.out.println(goal.row(figure)));
        }
    }

    private static Goal atLeast(
            double value, String figure, Candidate candidate, @Nullable Candidate other) {
        return new Goal(figure, candidate, other, true, value);
    }

    private static Goal atMost(
            double value, String figure, Candidate candidate, @Nullable Candidate other) {
        return new Goal(figure, candidate, other, false, value);
    }

    /**
     * One goal.
     *
     * @param other what the candidate is divided by; null if the goal is no ratio
     * @param least whether more is better
     */
    private record Goal(
            String figure,
            Candidate candidate,
            @Nullable Candidate other,
            boolean least,
            double value) {

        boolean isOf(Figure measured) {
            return measured.name().equals(figure)
                    && measured.values().containsKey(candidate)
                    && (other == null || measured.values().containsKey(other));
        }

        String row(Figure measured) {
            double reached =
                    other == null ? measured.median(candidate) : measured.ratio(candidate, other);
            boolean met = least ? reached >= value : reached <= value;
            return "| %s, %s (%s) | %s %s | %s | %s |"
                    .formatted(
                            figure,
                            candidate.label(),
                            other == null ? measured.unit() : "to " + other.label(),
                            least ? "at least" : "at most",
                            number(value),
                            number(reached),
                            Double.isNaN(reached) ? "not known" : met ? "met" : "missed");
        }

        private String number(double number) {
            return other == null && number >= 10
                    ? Report.number(number)
                    : String.format(Locale.ROOT, "%.2f", number);
        }
    }
}
