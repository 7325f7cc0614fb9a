package dev.frontdoor.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured: by figure, then by candidate, a value a round. */
final class Figures {

    private final Map<String, Figure> figures = new LinkedHashMap<>();

    void add(Workload workload, String what, String unit, Candidate candidate, double value) {
        figures.computeIfAbsent(
                        workload.label() + ": " + what,
                        name -> new Figure(workload, name, unit, new EnumMap<>(Candidate.class)))
                .values()
                .computeIfAbsent(candidate, _ -> new ArrayList<>())
                .add(value);
    }

    Collection<Figure> all() {
        return figures.values();
    }

    Collection<Figure> of(Workload workload) {
        return all().stream().filter(figure -> figure.workload() == workload).toList();
    }

    /**
     * One thing measured.
     *
     * @param name starts with the workload's
     */
    record Figure(
            Workload workload, String name, String unit, Map<Candidate, List<Double>> values) {

        double min(Candidate candidate) {
            return sorted(values.get(candidate)).getFirst();
        }

        double median(Candidate candidate) {
            return median(values.get(candidate));
        }

        double max(Candidate candidate) {
            return sorted(values.get(candidate)).getLast();
        }

        /** The median of the ratios to raw Netty, each within one round; NaN without raw Netty. */
        double ratio(Candidate candidate) {
            List<Double> raw = values.get(Candidate.RAW_NETTY);
            List<Double> own = values.get(candidate);
            if (raw == null || own == null) {
                return Double.NaN;
            }
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < Math.min(raw.size(), own.size()); round++) {
                ratios.add(own.get(round) / raw.get(round));
            }
            return median(ratios);
        }

        private static double median(List<Double> values) {
            List<Double> sorted = sorted(values);
            int middle = sorted.size() / 2;
            return sorted.size() % 2 == 1
                    ? sorted.get(middle)
                    : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        }

        private static List<Double> sorted(List<Double> values) {
            return values.stream().sorted().toList();
        }
    }
}
