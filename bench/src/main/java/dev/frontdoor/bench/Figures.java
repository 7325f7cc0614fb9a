package dev.frontdoor.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What was measured: by figure, then by candidate, a value a round. And what went wrong. */
final class Figures {

    static final String CPU = "CPU an operation";
    static final String RATE = "operations";
    static final String LOAD = "load's processor";
    static final String P50 = "wait, p50";
    static final String P99 = "wait, p99";
    static final String ALLOCATED = "allocated an operation";

    private final Map<String, Figure> figures = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> objections = new ArrayList<>();

    /** Adds a value that holds whatever the load did. */
    void add(Workload workload, String what, String unit, Candidate candidate, double value) {
        add(workload, workload.label(), what, unit, candidate, new Value(value, true));
    }

    /** Adds a rate and what belongs to it; of a round that failed, it adds a problem instead. */
    void addRate(Workload workload, String group, Candidate candidate, Measurement measured) {
        String who = "%s: %s".formatted(group, candidate.label());
        boolean good = succeeded(who, measured);
        boolean valid = good && measured.objection().isEmpty();
        if (good && !valid) {
            objections.add("%s: %s".formatted(who, measured.objection()));
        }
        boolean calm = good && !measured.isDisturbed();
        double known = good ? 1 : Double.NaN;
        add(workload, group, CPU, "µs", candidate, new Value(measured.cpuMicros() * known, calm));
        add(workload, group, RATE, "1/s", candidate, new Value(measured.rate() * known, valid));
        add(workload, group, LOAD, "%", candidate, new Value(measured.loadShare() * 100, good));
        add(workload, group, P50, "ms", candidate, new Value(measured.p50() * 1e3 * known, valid));
        add(workload, group, P99, "ms", candidate, new Value(measured.p99() * 1e3 * known, valid));
    }

    /** Adds the bytes that a server on the JVM allocated for each operation of a round. */
    void addAllocated(Workload workload, String group, Candidate candidate, double bytes) {
        add(workload, group, ALLOCATED, "B", candidate, new Value(bytes, true));
    }

    /** Whether no operation failed; if one did, that is a problem of the run. */
    boolean succeeded(String who, Measurement measured) {
        if (measured.failed() > 0) {
            problems.add(
                    "%s: %,d failed: %s".formatted(who, measured.failed(), measured.problem()));
        }
        return measured.failed() == 0;
    }

    /** Something else failed. */
    void addProblem(String problem) {
        problems.add(problem);
    }

    Collection<Figure> all() {
        return figures.values();
    }

    List<Figure> of(Workload workload) {
        return all().stream().filter(figure -> figure.workload() == workload).toList();
    }

    /** What failed; a run without such is a good one. */
    List<String> problems() {
        return problems;
    }

    /** Which rates are not valid, and why. */
    List<String> objections() {
        return objections;
    }

    private void add(
            Workload workload,
            String group,
            String what,
            String unit,
            Candidate candidate,
            Value value) {
        figures.computeIfAbsent(
                        group + ": " + what,
                        _ ->
                                new Figure(
                                        workload,
                                        group,
                                        what,
                                        unit,
                                        new EnumMap<>(Candidate.class)))
                .values()
                .computeIfAbsent(candidate, _ -> new ArrayList<>())
                .add(value);
    }

    /**
     * What one round had.
     *
     * @param value NaN if the round failed
     * @param valid whether it says something about the server
     */
    record Value(double value, boolean valid) {}

    /**
     * One thing measured.
     *
     * @param group what it is shown together with: a workload, or one of its variants
     */
    record Figure(
            Workload workload,
            String group,
            String what,
            String unit,
            Map<Candidate, List<Value>> values) {

        String name() {
            return group + ": " + what;
        }

        int rounds(Candidate candidate) {
            return values.get(candidate).size();
        }

        /** How many rounds are valid. */
        int valid(Candidate candidate) {
            return (int) values.get(candidate).stream().filter(Value::valid).count();
        }

        /** The median of the valid rounds; without any, of all. */
        double median(Candidate candidate) {
            List<Value> rounds = values.get(candidate);
            boolean any = valid(candidate) > 0;
            return median(
                    rounds.stream()
                            .filter(round -> !any || round.valid())
                            .mapToDouble(Value::value));
        }

        /** The median of the ratios to another, each within one round. */
        double ratio(Candidate candidate, Candidate other) {
            int rounds = values.containsKey(other) ? Math.min(rounds(candidate), rounds(other)) : 0;
            return median(
                    IntStream.range(0, rounds)
                            .mapToDouble(round -> ratio(candidate, other, round)));
        }

        /** The ratio within one round; NaN unless both are valid. */
        double ratio(Candidate candidate, Candidate other, int round) {
            Value one = values.get(candidate).get(round);
            Value two = values.get(other).get(round);
            return one.valid() && two.valid() ? one.value() / two.value() : Double.NaN;
        }

        /** NaN of nothing. */
        private static double median(DoubleStream values) {
            double[] sorted = values.filter(value -> !Double.isNaN(value)).sorted().toArray();
            int middle = sorted.length / 2;
            if (sorted.length == 0) {
                return Double.NaN;
            }
            return sorted.length % 2 == 1
                    ? sorted[middle]
                    : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }
}
