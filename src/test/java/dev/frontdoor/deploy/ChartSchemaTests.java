package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The schema of the values knows every value, says what it is for, and lets nothing else through.
 */
class ChartSchemaTests {

    /** Kubernetes' own structures, and maps whose keys are the user's. */
    private static final Set<String> FREE =
            Set.of(
                    "global",
                    "config",
                    "podSecurityContext",
                    "securityContext",
                    "resources",
                    "affinity",
                    "tolerations[]",
                    "httpRoute.parentRefs[]",
                    "httpRoute.backendTls.caCertificateRefs[]",
                    "dnsConfig",
                    "hostAliases[]",
                    "serviceMonitor.tlsConfig",
                    "networkPolicy.workers.from[]",
                    "networkPolicy.management.from[]",
                    "networkPolicy.egress.rules[]",
                    "notifiers[].initImage.resources",
                    "serviceMonitor.relabelings[]",
                    "serviceMonitor.metricRelabelings[]",
                    "extraEnv[]",
                    "extraEnvFrom[]",
                    "extraVolumes[]",
                    "extraVolumeMounts[]",
                    "extraInitContainers[]",
                    "extraContainers[]",
                    "extraObjects[]");

    private final Manifest schema = new Manifest(Chart.parse(Chart.text("values.schema.json")));

    @Test
    void theSchemaKnowsExactlyTheKeysOfTheValues() {
        assertThat(keys("", schema.content()))
                .containsExactlyInAnyOrderElementsOf(
                        keys(Chart.parse(Chart.text("values.yaml")), schema.content(), ""));
    }

    @Test
    void theSchemaKnowsTheSettingsOfTheService() throws IOException {
        GeneratedFile.check(
                Chart.file("values.schema.json"),
                SettingsSchema.applyTo(Chart.text("values.schema.json")));
    }

    @Test
    void everyKeyIsDescribedInASentence() {
        List<String> undescribed = new ArrayList<>();
        eachProperty(
                "",
                schema.content(),
                (name, property) -> {
                    Object description = property.get("description");
                    if (!(description instanceof String text)
                            || !text.endsWith(".")
                            || text.length() < 12) {
                        undescribed.add(name);
                    }
                });

        assertThat(undescribed).isEmpty();
    }

    @Test
    void unknownKeysAreLetThroughOnlyWhereTheyAreNotTheCharts() {
        Set<String> open = new TreeSet<>();
        eachObject(
                "",
                schema.content(),
                (name, object) -> {
                    Object additional = object.get("additionalProperties");
                    boolean closed = Boolean.FALSE.equals(additional);
                    boolean texts = Map.of("type", "string").equals(additional);
                    if (!closed && !texts) {
                        open.add(name);
                    }
                });

        assertThat(open).containsExactlyInAnyOrderElementsOf(FREE);
    }

    private interface Visitor {
        void visit(String name, Map<String, Object> node);
    }

    private static void eachProperty(String prefix, Map<String, Object> node, Visitor visitor) {
        if (node.get("properties") instanceof Map<?, ?> properties) {
            Chart.map(properties)
                    .forEach((key, value) -> {
                        String name = prefix.isEmpty() ? key : prefix + "." + key;
                        visitor.visit(name, Chart.map(value));
                        eachProperty(name, Chart.map(value), visitor);
                    });
        }
        if (node.get("items") instanceof Map<?, ?> items) {
            eachProperty(prefix + "[]", Chart.map(items), visitor);
        }
    }

    private static void eachObject(String name, Map<String, Object> node, Visitor visitor) {
        if ("object".equals(node.get("type"))) {
            visitor.visit(name, node);
        }
        if (node.get("items") instanceof Map<?, ?> items) {
            eachObject(name + "[]", Chart.map(items), visitor);
        }
        if (node.get("properties") instanceof Map<?, ?> properties) {
            Chart.map(properties)
                    .forEach((key, value) ->
                            eachObject(
                                    name.isEmpty() ? key : name + "." + key,
                                    Chart.map(value),
                                    visitor));
        }
    }

    private static List<String> keys(String prefix, Map<String, Object> node) {
        List<String> keys = new ArrayList<>();
        if (node.get("properties") instanceof Map<?, ?> properties) {
            Chart.map(properties)
                    .forEach((key, value) -> {
                        String name = prefix.isEmpty() ? key : prefix + "." + key;
                        keys.add(name);
                        keys.addAll(keys(name, Chart.map(value)));
                    });
        }
        return keys;
    }

    /** The keys of the values, down to where the schema names none any more. */
    private static List<String> keys(
            Map<String, Object> values, Map<String, Object> node, String prefix) {
        List<String> keys = new ArrayList<>();
        Map<?, ?> properties = node.get("properties") instanceof Map<?, ?> map ? map : Map.of();
        if (properties.isEmpty() && !Boolean.FALSE.equals(node.get("additionalProperties"))) {
            return keys;
        }
        values.forEach((key, value) -> {
            String name = prefix.isEmpty() ? key : prefix + "." + key;
            keys.add(name);
            if (value instanceof Map<?, ?> && properties.get(key) != null) {
                keys.addAll(keys(Chart.map(value), Chart.map(properties.get(key)), name));
            }
        });
        return keys;
    }
}
