package dev.frontdoor.deploy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The queries of the alerts and the dashboard, with their metrics and labels. */
final class Queries {

    /** The labels that Prometheus adds to every sample of a target. */
    static final Set<String> TARGET_LABELS = Set.of("namespace", "job", "pod", "instance");

    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");

    private static final Pattern GROUPING =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*\\{([^}]*)\\}");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)\\s*[=!]");
    private static final Pattern NAME =
            Pattern.compile("(?<![a-zA-Z0-9_:])[a-zA-Z_:][a-zA-Z0-9_:]*(?![a-zA-Z0-9_:]*\\s*\\()");

    private Queries() {}

    /** Every alert's expression as it is installed. */
    static List<String> ofAlerts() {
        return AlertTests.alerts(
                        Chart.render("prometheusRule: {enabled: true}").only("PrometheusRule"))
                .stream()
                .map(alert -> alert.text("expr"))
                .toList();
    }

    /** Every query of the dashboard, with its variables filled in. */
    static List<String> ofDashboard() {
        List<String> queries = new ArrayList<>();
        collect(dashboard(), queries);
        return queries.stream()
                .map(query ->
                        query.replace("$__rate_interval", "5m")
                                .replaceAll("\\$(namespace|job|pod)", ".*"))
                .toList();
    }

    static JsonObject dashboard() {
        return JsonParser.parseString(Chart.text("files/dashboard.json")).getAsJsonObject();
    }

    private static void collect(JsonElement element, List<String> into) {
        switch (element) {
            case JsonArray array -> array.forEach(item -> collect(item, into));
            case JsonObject object -> {
                if (object.has("expr")) {
                    into.add(object.get("expr").getAsString());
                }
                object.asMap().values().forEach(value -> collect(value, into));
            }
            default -> {}
        }
    }

    /** The names of the metrics in an expression. */
    static Set<String> metrics(String expression) {
        String bare =
                expression
                        .replaceAll("\"[^\"]*\"", "")
                        .replaceAll("\\{[^}]*\\}|\\[[^\\]]*\\]", " ");
        Matcher names = NAME.matcher(GROUPING.matcher(bare).replaceAll(" "));
        Set<String> metrics = new TreeSet<>();
        while (names.find()) {
            if (!OPERATORS.contains(names.group())) {
                metrics.add(names.group());
            }
        }
        return metrics;
    }

    /** The labels that an expression expects of each metric, without those of the target. */
    static Map<String, Set<String>> labels(String expression) {
        Map<String, Set<String>> labels = new TreeMap<>();
        Matcher selectors = SELECTOR.matcher(expression);
        while (selectors.find()) {
            Set<String> expected = labels.computeIfAbsent(selectors.group(1), _ -> new TreeSet<>());
            Matcher names = LABEL.matcher(selectors.group(2).replaceAll("\"[^\"]*\"", ""));
            while (names.find()) {
                if (!TARGET_LABELS.contains(names.group(1))) {
                    expected.add(names.group(1));
                }
            }
        }
        return labels;
    }

    /** The labels that an expression groups by, without those of the target. */
    static Set<String> groupings(String expression) {
        Set<String> labels = new TreeSet<>();
        Matcher groupings = GROUPING.matcher(expression.replaceAll("\"[^\"]*\"", ""));
        while (groupings.find()) {
            for (String label : groupings.group(2).split(",", -1)) {
                if (!TARGET_LABELS.contains(label.strip())) {
                    labels.add(label.strip());
                }
            }
        }
        return labels;
    }
}
