package dev.frontdoor.bench;

import dev.frontdoor.bench.Figures.Figure;
import dev.frontdoor.bench.Figures.Value;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Figures as files: JSON to compute with, and a chart to look at, for each workload. */
final class Results {

    private Results() {}

    /** Writes what a run measured of a workload. */
    static void write(
            Path directory,
            Plan plan,
            Map<String, String> machine,
            Workload workload,
            List<Figure> figures)
            throws IOException {
        Files.createDirectories(directory);
        String name = "%s-%s".formatted(plan.name(), workload.argument());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rounds", plan.size().rounds());
        json.put("machine", machine);
        json.put("figures", figures.stream().map(Results::json).toList());
        JsonMapper.builder()
                .build()
                .writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve(name + ".json"), json);
        Files.writeString(
                directory.resolve(name + ".svg"), Chart.of(workload, List.copyOf(figures)));
    }

    private static Map<String, Object> json(Figure figure) {
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Object> notValid = new LinkedHashMap<>();
        figure.values()
                .forEach((candidate, rounds) -> {
                    values.put(candidate.label(), rounds.stream().map(Results::known).toList());
                    List<Integer> bad =
                            IntStream.range(0, rounds.size())
                                    .filter(round -> !rounds.get(round).valid())
                                    .boxed()
                                    .toList();
                    if (!bad.isEmpty()) {
                        notValid.put(candidate.label(), bad);
                    }
                });
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", figure.name());
        json.put("unit", figure.unit());
        json.put("values", values);
        if (!notValid.isEmpty()) {
            json.put("roundsNotValid", notValid);
        }
        return json;
    }

    private static Object known(Value value) {
        return Double.isNaN(value.value()) ? "failed" : value.value();
    }
}
