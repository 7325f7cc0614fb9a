package dev.frontdoor.bench;

import static dev.frontdoor.bench.Candidate.OTHER;
import static dev.frontdoor.bench.Candidate.RAW_NETTY;
import static dev.frontdoor.bench.Candidate.SERVICE;

import dev.frontdoor.bench.Figures.Figure;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Figures as Markdown tables. */
final class Report {

    private Report() {}

    /** All tables of a workload. */
    static String tables(List<Figure> figures) {
        Map<String, List<Figure>> groups =
                figures.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Figure::group, LinkedHashMap::new, Collectors.toList()));
        StringBuilder tables = new StringBuilder();
        groups.forEach((group, shown) -> {
            tables.append("%n**%s**%n%n".formatted(group));
            boolean rate = shown.stream().anyMatch(figure -> figure.what().equals(Figures.CPU));
            tables.append(rate ? rates(shown) : figures(shown));
        });
        return tables.toString();
    }

    /** A row for each candidate: what an operation costs, then how many there are a second. */
    private static String rates(List<Figure> figures) {
        Map<String, Figure> by =
                figures.stream().collect(Collectors.toMap(Figure::what, figure -> figure));
        Figure cpu = by.get(Figures.CPU);
        Figure rate = by.get(Figures.RATE);
        StringBuilder table =
                new StringBuilder(
                        """
                        | | CPU (µs) | to raw | rate (1/s) | to raw | load's processor | p50 (ms) | p99 (ms) | allocated (B) |
                        |---|---|---|---|---|---|---|---|---|
                        """);
        for (Candidate candidate : cpu.values().keySet()) {
            table.append(
                    "| %s | %s%s | %s | %s%s | %s | %s %% | %s | %s | %s |%n"
                            .formatted(
                                    candidate.label(),
                                    number(cpu.median(candidate)),
                                    validity(cpu, candidate),
                                    ratio(cpu.ratio(candidate, RAW_NETTY)),
                                    number(rate.median(candidate)),
                                    validity(rate, candidate),
                                    ratio(rate.ratio(candidate, RAW_NETTY)),
                                    number(by.get(Figures.LOAD).median(candidate)),
                                    number(by.get(Figures.P50).median(candidate)),
                                    number(by.get(Figures.P99).median(candidate)),
                                    allocated(by.get(Figures.ALLOCATED), candidate)));
        }
        if (cpu.values().containsKey(OTHER)) {
            table.append(rounds(cpu)).append(rounds(rate));
        }
        return table.toString();
    }

    /** Empty of a server that is not on the JVM. */
    private static String allocated(@Nullable Figure figure, Candidate candidate) {
        return figure != null && figure.values().containsKey(candidate)
                ? number(figure.median(candidate))
                : "";
    }

    private static String validity(Figure figure, Candidate candidate) {
        int valid = figure.valid(candidate);
        int rounds = figure.rounds(candidate);
        if (valid == 0) {
            return " **not valid**";
        }
        return valid == rounds ? "" : " (%d of %d rounds valid)".formatted(valid, rounds);
    }

    /** Each round by itself, where two builds are compared. */
    private static String rounds(Figure figure) {
        StringBuilder table =
                new StringBuilder(
                        """

                        | %s (%s) | raw | other | this | other to raw | this to raw | this to other |
                        |---|---|---|---|---|---|---|
                        """
                                .formatted(figure.what(), figure.unit()));
        for (int round = 0; round < figure.rounds(SERVICE); round++) {
            table.append(
                    "| round %d | %s | %s | %s | %s | %s | %s |%n"
                            .formatted(
                                    round + 1,
                                    number(figure.values().get(RAW_NETTY).get(round).value()),
                                    number(figure.values().get(OTHER).get(round).value()),
                                    number(figure.values().get(SERVICE).get(round).value()),
                                    ratio(figure.ratio(OTHER, RAW_NETTY, round)),
                                    ratio(figure.ratio(SERVICE, RAW_NETTY, round)),
                                    ratio(figure.ratio(SERVICE, OTHER, round))));
        }
        table.append(
                "| median | %s | %s | %s | %s | %s | %s |%n"
                        .formatted(
                                number(figure.median(RAW_NETTY)),
                                number(figure.median(OTHER)),
                                number(figure.median(SERVICE)),
                                ratio(figure.ratio(OTHER, RAW_NETTY)),
                                ratio(figure.ratio(SERVICE, RAW_NETTY)),
                                ratio(figure.ratio(SERVICE, OTHER))));
        return table.toString();
    }

    /** A row for each figure, with the medians of the candidates. */
    private static String figures(List<Figure> figures) {
        Set<Candidate> candidates = new LinkedHashSet<>();
        figures.forEach(figure -> candidates.addAll(figure.values().keySet()));
        StringBuilder table = new StringBuilder("| |");
        candidates.forEach(candidate -> table.append(" %s |".formatted(candidate.label())));
        table.append("%n|---|%s%n".formatted("---|".repeat(candidates.size())));
        for (Figure figure : figures) {
            table.append("| %s (%s) |".formatted(figure.what(), figure.unit()));
            for (Candidate candidate : candidates) {
                boolean known = figure.values().containsKey(candidate);
                table.append(known ? " %s |".formatted(number(figure.median(candidate))) : " |");
            }
            table.append("%n".formatted());
        }
        return table.toString();
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        double size = Math.abs(value);
        int digits = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    static String ratio(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2f", value);
    }
}
