package dev.frontdoor.deploy;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The chart's README lists every value as the schema describes it, with its default. */
class ChartReadmeTests {

    private static final Gson GSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    @Test
    void theReadmeIsMadeFromTheValuesAndTheirSchema() throws IOException {
        Map<String, Object> chart = Chart.parse(Chart.text("Chart.yaml"));
        StringBuilder readme = new StringBuilder(introduction(chart));
        rows(
                "",
                Chart.parse(Chart.text("values.schema.json")),
                Chart.parse(Chart.text("values.yaml")),
                readme);

        GeneratedFile.check(Chart.file("README.md"), readme.toString());
    }

    private static String introduction(Map<String, Object> chart) {
        return """
        # worker-front-door

        %s. `docs/deploy.md` explains installation and upgrades, and
        `docs/runbook.md` explains the alerts.

        The chart needs Kubernetes %s, and Helm 3 or 4.

        ```sh
        helm install front helm/worker-front-door --set image.registry=registry.example.com
        helm test front
        ```

        Guarantees of the chart:

        - Kubernetes kills a pod only after its drain. The chart computes `terminationGracePeriodSeconds` from `preStop`, `drain`
          and a margin, and refuses a value that is too small.
        - The chart refuses unknown values and values that contradict each other, and names the value to use instead.
        - Pods satisfy the restricted profile of the Pod Security Standards, with a read-only root file system.
        - A rollout drains one pod at a time. The chart computes `minReadySeconds` from `preStop` and `drain`.
        - An autoscaler starts from the current number of pods, also when it is enabled on a running release.
        - The management port is never on the workers' Service, on an Ingress or on an HTTPRoute.
        - A changed setting replaces the pods, one by one. A new chart version that changes nothing does not.

        ## Values

        | value | default | meaning |
        |---|---|---|
        """
                .formatted(chart.get("description"), kubernetes(chart));
    }

    private static String kubernetes(Map<String, Object> chart) {
        return String.valueOf(chart.get("kubeVersion")).replaceAll(">=|-0", "") + " or newer";
    }

    private static void rows(
            String prefix, Map<String, Object> schema, Object values, StringBuilder into) {
        Chart.map(schema.get("properties"))
                .forEach((key, value) -> {
                    Map<String, Object> property = Chart.map(value);
                    Object given = values instanceof Map<?, ?> map ? map.get(key) : Absent.VALUE;
                    row(prefix + key, property, given, into);
                });
    }

    private static void row(
            String name, Map<String, Object> property, Object given, StringBuilder into) {
        boolean group = property.get("properties") instanceof Map<?, ?>;
        into.append("| `%s` | ".formatted(name));
        if (!group && given != Absent.VALUE) {
            into.append("`%s`".formatted(GSON.toJson(given).replace("|", "\\|")));
        }
        into.append(" | %s%s |\n".formatted(property.get("description"), choice(property)));
        if (group) {
            rows(name + ".", property, given, into);
        } else if (property.get("items") instanceof Map<?, ?> items
                && items.get("properties") != null) {
            rows(name + "[].", Chart.map(items), Absent.VALUE, into);
        }
    }

    private static String choice(Map<String, Object> property) {
        Object choices =
                property.get("items") instanceof Map<?, ?> items
                        ? items.get("enum")
                        : property.get("enum");
        if (!(choices instanceof List<?> list)) {
            return "";
        }
        return " One of "
                + String.join(", ", list.stream().map(one -> "`\"" + one + "\"`").toList())
                + ".";
    }

    private enum Absent {
        VALUE
    }
}
