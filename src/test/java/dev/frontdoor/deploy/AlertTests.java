package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The alerts: well formed, tested by promtool, explained in the runbook, and adjustable. */
class AlertTests {

    private static final String ON = "prometheusRule: {enabled: true}";
    private static final Path RUNBOOK = Path.of("docs", "runbook.md");

    private static final String PLAIN_HEADER =
            """
            # The alerts with the chart's default thresholds, for a Prometheus without the operator.
            # Generated from files/alerts.yaml. The name of the scrape job must be worker-front-door.
            """;

    @Test
    void thePlainRuleFileIsWhatTheChartRenders() throws IOException {
        Manifest rule =
                rule("prometheusRule: {enabled: true, selector: 'job=\"worker-front-door\"'}");
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(10_000);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);

        GeneratedFile.check(
                Chart.file("rules/alerts.yaml"),
                PLAIN_HEADER + new Yaml(options).dump(rule.at("spec")));
    }

    @Test
    void promtoolAcceptsTheRulesAndTheirTests() throws Exception {
        Promtool.Outcome rules =
                Promtool.run("check", "rules", Chart.file("rules/alerts.yaml").toString());
        assertThat(rules.status()).as(rules.output()).isZero();

        Promtool.Outcome tests =
                Promtool.run("test", "rules", Chart.file("rules/alerts.test.yaml").toString());
        assertThat(tests.status()).as(tests.output()).isZero();
    }

    /** The installed rules differ from the plain ones in selector, thresholds and links. */
    @Test
    void promtoolAcceptsTheRulesOfEveryExample() throws Exception {
        for (Path example : Chart.examples()) {
            for (Manifest rule : Chart.render(example).all("PrometheusRule")) {
                Path file = Files.createTempFile("rules", ".yaml");
                Files.writeString(file, new Yaml().dump(rule.at("spec")));
                Promtool.Outcome outcome = Promtool.run("check", "rules", file.toString());
                Files.delete(file);

                assertThat(outcome.status()).as(outcome.output()).isZero();
            }
        }
    }

    @Test
    void everyAlertSaysHowBadItIsAndWhatItMeans() {
        assertThat(alerts(rule(ON)))
                .isNotEmpty()
                .allSatisfy(alert -> {
                    assertThat(alert.text("labels/severity")).isIn("critical", "warning", "info");
                    assertThat(alert.text("annotations/summary")).endsWith(".");
                    assertThat(alert.text("annotations/description")).endsWith(".");
                });
    }

    @Test
    void everyAlertHasASectionInTheRunbookAndTheRunbookNoOther() throws IOException {
        assertThat(
                        Files.readAllLines(RUNBOOK).stream()
                                .filter(line -> line.startsWith("### FrontDoor"))
                                .map(line -> line.substring(4)))
                .containsExactlyInAnyOrderElementsOf(names(rule(ON)));
    }

    @Test
    void everyAlertIsSeenFiringInAUnitTest() {
        Set<String> fired =
                new Manifest(Chart.parse(Chart.text("rules/alerts.test.yaml")))
                        .list("tests").stream()
                                .flatMap(test -> test.list("alert_rule_test").stream())
                                .filter(check -> !check.list("exp_alerts").isEmpty())
                                .map(check -> check.text("alertname"))
                                .collect(Collectors.toSet());

        assertThat(fired).containsExactlyInAnyOrderElementsOf(names(rule(ON)));
    }

    @Test
    void everyAlertCanBeTurnedOffByItsName() {
        List<String> names = names(rule(ON));
        Manifest schema = new Manifest(Chart.parse(Chart.text("values.schema.json")));

        assertThat(schema.at("properties/prometheusRule/properties/disabled/items/enum"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .containsExactlyInAnyOrderElementsOf(names);
        for (String name : names) {
            assertThat(
                            names(
                                    rule(
                                            "prometheusRule: {enabled: true, disabled: [%s]}"
                                                    .formatted(name))))
                    .hasSize(names.size() - 1)
                    .doesNotContain(name);
        }
    }

    @Test
    void everyThresholdReachesAnExpression() {
        Map<String, Object> thresholds =
                Chart.map(
                        new Manifest(Chart.parse(Chart.text("values.yaml")))
                                .at("prometheusRule/thresholds"));
        String before = expressions(rule(ON));

        assertThat(thresholds).isNotEmpty();
        for (String name : thresholds.keySet()) {
            String values =
                    """
                    prometheusRule:
                      enabled: true
                      thresholds: {%s: %s}
                    """
                            .formatted(
                                    name, thresholds.get(name) instanceof Integer ? 7777 : 0.7777);
            assertThat(
                            expressions(
                                    rule(
                                            name.equals("imbalanceRatio")
                                                    ? values.replace("0.7", "7")
                                                    : values)))
                    .as(name)
                    .isNotEqualTo(before)
                    .contains("7777");
        }
    }

    @Test
    void noPlaceholderIsLeft() {
        assertThat(String.valueOf(rule(ON).content())).doesNotContain("@");
    }

    @Test
    void theDrainAlertWaitsAsLongAsTheDrainMayTake() {
        Manifest rule = rule(ON + "\ndrain: {window: 2m, pushGrace: 30s}");

        assertThat(named(rule, "FrontDoorDrainIncomplete").text("for")).isEqualTo("150s");
    }

    @Test
    void onlySeriesOfThisReleaseAreLookedAt() {
        assertThat(alerts(rule(ON)))
                .allSatisfy(alert ->
                        assertThat(alert.text("expr").split("[{]"))
                                .hasSizeGreaterThan(1)
                                .allSatisfy(part ->
                                        assertThat(part.contains("}") ? part : SELECTOR)
                                                .startsWith(SELECTOR)));
    }

    private static final String SELECTOR =
            "namespace=\"workers\",job=\"front-worker-front-door-management\"";

    @Test
    void theJobIsTheServiceThatTheMonitorScrapes() {
        Rendered rendered =
                Chart.render("{serviceMonitor: {enabled: true}, networkPolicy: {enabled: false}}");
        Map<?, ?> wanted =
                (Map<?, ?>) rendered.only("ServiceMonitor").at("spec/selector/matchLabels");

        assertThat(rendered.all("Service"))
                .filteredOn(service ->
                        Chart.map(service.at("metadata/labels"))
                                .entrySet()
                                .containsAll(wanted.entrySet()))
                .extracting(Manifest::name)
                .containsExactly("front-worker-front-door-management");
    }

    @Test
    void labelsAndRunbookLinksGoToEveryAlert() {
        Manifest rule =
                rule(
                        """
                        prometheusRule:
                          enabled: true
                          alertLabels: {team: workers, severity: page}
                          runbookUrl: https://example.com/runbook
                        """);

        assertThat(alerts(rule))
                .allSatisfy(alert -> {
                    assertThat(alert.text("labels/team")).isEqualTo("workers");
                    assertThat(alert.text("labels/severity")).isEqualTo("page");
                    assertThat(alert.text("annotations/runbook_url"))
                            .isEqualTo(
                                    "https://example.com/runbook#"
                                            + alert.text("alert").toLowerCase(Locale.ROOT));
                });
    }

    private static Manifest rule(String values) {
        return Chart.render(values).only("PrometheusRule");
    }

    static List<Manifest> alerts(Manifest rule) {
        List<Manifest> alerts = new ArrayList<>();
        rule.list("spec/groups").forEach(group -> alerts.addAll(group.list("rules")));
        return alerts;
    }

    private static Manifest named(Manifest rule, String name) {
        return alerts(rule).stream()
                .filter(alert -> alert.text("alert").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(Manifest rule) {
        return alerts(rule).stream().map(alert -> alert.text("alert")).toList();
    }

    private static String expressions(Manifest rule) {
        return alerts(rule).stream()
                .map(alert -> alert.text("expr"))
                .collect(Collectors.joining("\n"));
    }
}
