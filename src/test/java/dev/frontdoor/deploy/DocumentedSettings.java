package dev.frontdoor.deploy;

import dev.frontdoor.websocket.json.JsonFrames;

import org.yaml.snakeyaml.error.YAMLException;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings and the chart's values that documents name. */
final class DocumentedSettings {

    private static final String ANY_ROOT = String.join("|", SettingsMetadata.ROOTS);
    private static final Pattern NAME =
            Pattern.compile(
                    "(?<![\\w./-])(?:--|-D)?((?:%s)(?:\\.[a-zA-Z][\\w-]*)+(?:\\.\\*)?)(?![\\w/])"
                            .formatted(ANY_ROOT));
    private static final Pattern VARIABLE =
            Pattern.compile("\\b(?:FRONTDOOR|SERVER|MANAGEMENT|LOGGING|SPRING)(?:_[A-Z0-9]+)+");
    private static final Pattern VALUE =
            Pattern.compile("([a-zA-Z]+(?:\\.[a-zA-Z]+)*)(?:: .*|=.*)?");

    /** What a block of YAML may hold besides settings and values: rules of prometheus-adapter. */
    private static final Set<String> FOREIGN = Set.of("rules");

    private DocumentedSettings() {}

    /** The settings by their names, as they stand in text, tables, arguments and YAML. */
    static Set<String> settings(Document document) {
        Set<String> names = new LinkedHashSet<>();
        for (String code : document.code()) {
            Matcher matcher = NAME.matcher(code);
            while (matcher.find()) {
                names.add(matcher.group(1));
            }
        }
        document.namesInTables().stream()
                .filter(name -> SettingsMetadata.ROOTS.contains(name.split("\\.", 2)[0]))
                .map(DocumentedSettings::withoutRepeatedRoot)
                .forEach(names::add);
        for (Map<String, Object> yaml : yaml(document)) {
            flatten("", yaml).stream()
                    .map(name -> name.replaceFirst("^config\\.", ""))
                    .filter(name -> SettingsMetadata.ROOTS.contains(name.split("\\.", 2)[0]))
                    .forEach(names::add);
        }
        names.remove(JsonFrames.SUBPROTOCOL);
        return names;
    }

    /** A name in a table that is whole already. */
    private static String withoutRepeatedRoot(String name) {
        return name.replaceFirst("^.*\\.(?=(?:%s)\\.)".formatted(ANY_ROOT), "");
    }

    static Set<String> variables(Document document) {
        Set<String> names = new LinkedHashSet<>();
        document.code()
                .forEach(code ->
                        VARIABLE.matcher(code)
                                .results()
                                .forEach(variable -> names.add(variable.group())));
        return names;
    }

    /**
     * The chart's values: the keys of YAML, and dotted names in text whose first part is one of the
     * chart's keys.
     */
    static Set<String> values(Document document, Set<String> topLevel) {
        Set<String> names = new LinkedHashSet<>();
        for (String span : document.spans()) {
            Matcher matcher = VALUE.matcher(span);
            if (matcher.matches()
                    && matcher.group(1).contains(".")
                    && topLevel.contains(matcher.group(1).split("\\.", 2)[0])
                    && !span.endsWith(".md")) {
                names.add(matcher.group(1));
            }
        }
        for (Map<String, Object> yaml : yaml(document)) {
            names.addAll(flatten("", yaml));
        }
        names.removeIf(name ->
                name.startsWith("config.")
                        || SettingsMetadata.ROOTS.contains(name.split("\\.", 2)[0])
                        || FOREIGN.contains(name.split("\\.", 2)[0]));
        return names;
    }

    /** The blocks that hold settings or values, not objects of Kubernetes. */
    private static List<Map<String, Object>> yaml(Document document) {
        List<Map<String, Object>> maps = new ArrayList<>();
        for (Document.Block block : document.blocks()) {
            if (block.language().equals("yaml") && !block.text().startsWith("apiVersion:")) {
                try {
                    maps.add(Chart.parse(block.text()));
                } catch (YAMLException e) {
                    throw new AssertionError(
                            "%s: a block is no YAML".formatted(document.path()), e);
                }
            }
        }
        return maps;
    }

    private static List<String> flatten(String prefix, Map<String, Object> values) {
        List<String> names = new ArrayList<>();
        values.forEach((key, value) -> {
            if (value instanceof Map<?, ?> map && !map.isEmpty()) {
                names.addAll(flatten(prefix + key + ".", Chart.map(map)));
            } else {
                names.add(prefix + key);
            }
        });
        return names;
    }
}
