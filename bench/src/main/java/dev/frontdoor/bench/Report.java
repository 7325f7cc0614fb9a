package dev.frontdoor.bench;

import dev.frontdoor.bench.Figures.Figure;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Figures as tables to read, JSON to compute with, and charts to look at. */
final class Report {

    private static final int BAR = 18;
    private static final int LABELS = 250;
    private static final int BARS = 420;
    private static final int WIDTH = LABELS + BARS + 150;

    private Report() {}

    /** A figure as a Markdown table. */
    static String table(Figure figure) {
        StringBuilder table = new StringBuilder();
        table.append("%n**%s** (%s)%n%n".formatted(figure.name(), figure.unit()));
        table.append(
                "| | min | median | max | to raw Netty |%n|---|---|---|---|---|%n".formatted());
        for (Candidate candidate : figure.values().keySet()) {
            double ratio = figure.ratio(candidate);
            table.append(
                    "| %s | %s | %s | %s | %s |%n"
                            .formatted(
                                    candidate.label(),
                                    number(figure.min(candidate)),
                                    number(figure.median(candidate)),
                                    number(figure.max(candidate)),
                                    Double.isNaN(ratio)
                                            ? ""
                                            : String.format(Locale.ROOT, "%.2f", ratio)));
        }
        return table.toString();
    }

    static String number(double value) {
        double size = Math.abs(value);
        int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    /** Writes what a run of this name measured. */
    static void write(
            Path directory, String run, Plan plan, Map<String, String> machine, Figures figures)
            throws IOException {
        Files.createDirectories(directory);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("plan", plan);
        json.put("machine", machine);
        List<Object> all = new ArrayList<>();
        for (Figure figure : figures.all()) {
            Map<String, Object> values = new LinkedHashMap<>();
            figure.values().forEach((candidate, rounds) -> values.put(candidate.label(), rounds));
            all.add(Map.of("name", figure.name(), "unit", figure.unit(), "values", values));
        }
        json.put("figures", all);
        JsonMapper.builder()
                .build()
                .writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve(run + ".json"), json);
        for (Workload workload : Workload.values()) {
            List<Figure> shown = List.copyOf(figures.of(workload));
            if (!shown.isEmpty()) {
                String name = workload.argument();
                Files.writeString(
                        directory.resolve("%s-%s.svg".formatted(run, name)),
                        chart(workload, shown));
            }
        }
    }

    private static String chart(Workload workload, List<Figure> figures) {
        StringBuilder svg = new StringBuilder();
        int y = 30;
        svg.append(text(10, 20, "start", "font-weight='bold'", workload.label()));
        for (Figure figure : figures) {
            y += BAR;
            String title = figure.name().substring(workload.label().length() + 2);
            svg.append(text(10, y, "start", "", "%s (%s)".formatted(title, figure.unit())));
            y += BAR / 2;
            double most =
                    figure.values().keySet().stream().mapToDouble(figure::median).max().orElse(1);
            for (Candidate candidate : figure.values().keySet()) {
                double median = figure.median(candidate);
                double length = most == 0 ? 0 : BARS * median / most;
                svg.append(text(LABELS - 8, y + 13, "end", "", candidate.label()));
                svg.append(
                        "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s'/>%n"
                                .formatted(
                                        LABELS,
                                        y + 2,
                                        length,
                                        BAR - 4,
                                        candidate.isService() ? "#2b6cb0" : "#a0aec0"));
                svg.append(text(LABELS + (int) length + 6, y + 13, "start", "", number(median)));
                y += BAR;
            }
        }
        return """
        <svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif' font-size='12'>
        <rect width='100%%' height='100%%' fill='white'/>
        %s</svg>
        """
                .formatted(WIDTH, y + 12, svg);
    }

    private static String text(int x, int y, String anchor, String style, String text) {
        return "<text x='%d' y='%d' text-anchor='%s' %s>%s</text>%n"
                .formatted(x, y, anchor, style, text.replace("&", "&amp;").replace("<", "&lt;"));
    }
}
