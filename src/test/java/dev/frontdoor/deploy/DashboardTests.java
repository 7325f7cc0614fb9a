package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The dashboard is one that Grafana shows as meant, and covers what the alerts are about. */
class DashboardTests {

    private final JsonObject dashboard = Queries.dashboard();

    @Test
    void theConfigMapHoldsTheDashboard() {
        Manifest map =
                Chart.render("dashboard: {enabled: true, folder: Workers}")
                        .named("ConfigMap", Chart.FULL_NAME + "-dashboard");

        assertThat(JsonParser.parseString(map.text("data/worker-front-door.json")))
                .isEqualTo(dashboard);
        assertThat(map.text("metadata/labels/grafana_dashboard")).isEqualTo("1");
        assertThat(map.text("metadata/annotations/grafana_folder")).isEqualTo("Workers");
    }

    @Test
    void everyGroupOfQuestionsHasARow() {
        assertThat(panels().stream().filter(panel -> type(panel).equals("row")).map(this::title))
                .containsExactly(
                        "Fleet",
                        "Workers",
                        "Registrations",
                        "Notifiers",
                        "Closes",
                        "Pushes",
                        "Drain and evictions",
                        "JVM",
                        "TLS",
                        "Directory");
    }

    @Test
    void everyPanelIsNamedOnceAndExplained() {
        assertThat(panels().stream().map(panel -> panel.get("id").getAsInt()))
                .doesNotHaveDuplicates();
        assertThat(panels().stream().map(this::title)).doesNotHaveDuplicates();
        assertThat(panels())
                .filteredOn(panel -> !type(panel).equals("row"))
                .allSatisfy(panel ->
                        assertThat(panel.get("description").getAsString())
                                .as(title(panel))
                                .endsWith("."));
    }

    @Test
    void noPanelCoversAnother() {
        Set<String> taken = new TreeSet<>();
        List<String> twice = new ArrayList<>();
        for (JsonObject panel : panels()) {
            JsonObject place = panel.getAsJsonObject("gridPos");
            int right = place.get("x").getAsInt() + place.get("w").getAsInt();
            int bottom = place.get("y").getAsInt() + place.get("h").getAsInt();
            assertThat(right).isLessThanOrEqualTo(24);
            for (int x = place.get("x").getAsInt(); x < right; x++) {
                for (int y = place.get("y").getAsInt(); y < bottom; y++) {
                    if (!taken.add(x + "," + y)) {
                        twice.add(title(panel));
                    }
                }
            }
        }

        assertThat(twice).isEmpty();
    }

    @Test
    void everyQueryIsLimitedToTheChosenRelease() {
        for (JsonObject panel : panels()) {
            if (!type(panel).equals("row")) {
                for (JsonElement target : panel.getAsJsonArray("targets")) {
                    String query = target.getAsJsonObject().get("expr").getAsString();
                    assertThat(query.split("[{]", -1).length - 1)
                            .as(query)
                            .isEqualTo(
                                    query.split("namespace=~\"[$]namespace\",job=~\"[$]job\"", -1)
                                                    .length
                                            - 1);
                }
            }
        }
    }

    @Test
    void whatAnAlertIsAboutCanBeSeen() {
        Set<String> shown = new TreeSet<>();
        Queries.ofDashboard().forEach(query -> shown.addAll(Queries.metrics(query)));
        Set<String> alerted = new TreeSet<>();
        Queries.ofAlerts().forEach(query -> alerted.addAll(Queries.metrics(query)));

        assertThat(shown).containsAll(alerted);
    }

    @Test
    void promtoolCanReadEveryQuery() throws Exception {
        List<Map<String, String>> rules = new ArrayList<>();
        for (String query : Queries.ofDashboard()) {
            rules.add(Map.of("record", "query:" + rules.size(), "expr", query));
        }
        Path file = Files.createTempFile("dashboard", ".yaml");
        Files.writeString(
                file,
                new Yaml().dump(Map.of("groups", List.of(Map.of("name", "all", "rules", rules)))));

        Promtool.Outcome outcome = Promtool.run("check", "rules", file.toString());
        Files.delete(file);

        assertThat(outcome.status()).as(outcome.output()).isZero();
    }

    private List<JsonObject> panels() {
        return dashboard.getAsJsonArray("panels").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private String title(JsonObject panel) {
        return panel.get("title").getAsString();
    }

    private static String type(JsonObject panel) {
        return panel.get("type").getAsString();
    }
}
