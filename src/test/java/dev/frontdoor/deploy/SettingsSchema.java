package dev.frontdoor.deploy;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The schema of the settings below {@code config.frontdoor}, made from the settings of the service.
 * It knows the forms of a name that Spring Boot accepts. Names with dots are left to the service.
 */
final class SettingsSchema {

    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private SettingsSchema() {}

    /** The chart's schema, with the settings that this build has. */
    static String applyTo(String chartSchema) {
        JsonObject schema = JsonParser.parseString(chartSchema).getAsJsonObject();
        JsonObject patterns = new JsonObject();
        patterns.add("^frontdoor$", section(tree().below("frontdoor")));
        schema.getAsJsonObject("properties")
                .getAsJsonObject("config")
                .add("patternProperties", patterns);
        return JSON.toJson(schema) + "\n";
    }

    /** A section of settings, by the next element of their names. */
    private record Tree(Map<String, Tree> children) {

        Tree below(String element) {
            return children.computeIfAbsent(element, _ -> new Tree(new TreeMap<>()));
        }
    }

    private static Tree tree() {
        Tree root = new Tree(new TreeMap<>());
        for (String name : new SettingsMetadata().ofServiceWithMaps()) {
            Tree section = root;
            for (String element : List.of(name.split("\\."))) {
                section = section.below(element);
            }
        }
        return root;
    }

    private static JsonObject section(Tree tree) {
        JsonObject schema = new JsonObject();
        if (tree.children().isEmpty()) {
            return schema;
        }
        JsonArray types = new JsonArray();
        types.add("object");
        types.add("null");
        schema.add("type", types);
        Tree anyKey = tree.children().get("*");
        if (anyKey != null) {
            schema.add("additionalProperties", section(anyKey));
            return schema;
        }
        schema.addProperty("additionalProperties", false);
        JsonObject patterns = new JsonObject();
        tree.children().forEach((name, child) -> patterns.add(pattern(name), section(child)));
        patterns.add("\\.", new JsonObject());
        schema.add("patternProperties", patterns);
        return schema;
    }

    /** A dashed name, or the same with capitals or underscores. */
    private static String pattern(String name) {
        StringBuilder pattern = new StringBuilder("^");
        for (int i = 0; i < name.length(); i++) {
            char letter = name.charAt(i);
            if (letter == '-') {
                pattern.append("[-_]?");
            } else if (i > 0 && name.charAt(i - 1) == '-') {
                pattern.append('[')
                        .append(letter)
                        .append(Character.toUpperCase(letter))
                        .append(']');
            } else {
                pattern.append(letter);
            }
        }
        return pattern.append('$').toString();
    }
}
