package dev.frontdoor.deploy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings of the service and of Spring Boot, from the metadata on the class path. */
final class SettingsMetadata {

    /** The groups whose names in a document are settings. */
    static final List<String> ROOTS =
            List.of("frontdoor", "server", "management", "logging", "spring");

    private static final List<String> METADATA =
            List.of(
                    "META-INF/spring-configuration-metadata.json",
                    "META-INF/additional-spring-configuration-metadata.json");

    private static final String MAP_OF_TEXTS = "java.util.Map<java.lang.String,java.lang.String>";

    private static final Pattern MAP_OF_RECORDS =
            Pattern.compile("java\\.util\\.Map<java\\.lang\\.String,(dev\\.frontdoor\\..+)>");

    /** Each setting's type by its name. */
    private final Map<String, String> types = new TreeMap<>();

    private final Set<String> former = new TreeSet<>();

    SettingsMetadata() {
        ClassLoader loader = SettingsMetadata.class.getClassLoader();
        try {
            for (String resource : METADATA) {
                for (URL url : Collections.list(loader.getResources(resource))) {
                    try (Reader reader =
                            new InputStreamReader(url.openStream(), StandardCharsets.UTF_8)) {
                        add(JsonParser.parseReader(reader).getAsJsonObject());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(JsonObject metadata) {
        if (!metadata.has("properties")) {
            return;
        }
        for (JsonElement element : metadata.getAsJsonArray("properties")) {
            JsonObject property = element.getAsJsonObject();
            JsonElement type = property.get("type");
            String name = property.get("name").getAsString();
            if (property.has("deprecation") && name.startsWith("frontdoor.")) {
                former.add(name);
            } else if (name.endsWith(".**")) {
                // It may be a list too.
                types.put(name.substring(0, name.length() - 3), MAP_OF_TEXTS);
            } else {
                types.putIfAbsent(name, type == null ? "" : type.getAsString());
            }
        }
    }

    /** Whether an earlier version had a setting of this name. */
    boolean wasKnown(String name) {
        return former.contains(name);
    }

    /** The names of the service's own settings. */
    List<String> ofService() {
        return types.keySet().stream().filter(name -> name.startsWith("frontdoor.")).toList();
    }

    /** The names of the service's own settings, with {@code *} in place of each key of a map. */
    List<String> ofServiceWithMaps() {
        List<String> names = new ArrayList<>();
        for (String name : ofService()) {
            List<String> leaves = leaves(types.getOrDefault(name, ""));
            leaves.forEach(leaf -> names.add(name + ".*." + leaf));
            if (leaves.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }

    /** Whether a setting has this name, or settings have names that begin with it. */
    boolean isKnown(String name) {
        String bare = name.replaceAll("\\.\\*$", "");
        return types.containsKey(bare)
                || types.keySet().stream().anyMatch(known -> known.startsWith(bare + "."))
                || types.entrySet().stream()
                        .anyMatch(map -> bare.startsWith(map.getKey() + ".") && isIn(map, bare));
    }

    /** Whether an environment variable of this name sets a setting. */
    boolean isKnownVariable(String variable) {
        String plain = plain(variable);
        return types.entrySet().stream()
                .anyMatch(setting -> {
                    String known = plain(setting.getKey());
                    return plain.equals(known)
                            || (plain.startsWith(known)
                                    && isMap(setting.getValue())
                                    && mayEnd(plain, leaves(setting.getValue())));
                });
    }

    private static boolean mayEnd(String plain, List<String> leaves) {
        return leaves.isEmpty() || leaves.stream().anyMatch(leaf -> plain.endsWith(plain(leaf)));
    }

    /** In a map, any key is allowed; if its values are records, what follows the key must exist. */
    private static boolean isIn(Map.Entry<String, String> map, String name) {
        if (!isMap(map.getValue())) {
            return false;
        }
        List<String> leaves = leaves(map.getValue());
        String[] parts = name.substring(map.getKey().length() + 1).split("\\.", 2);
        return leaves.isEmpty()
                || parts.length == 1
                || leaves.stream()
                        .anyMatch(leaf -> leaf.equals(parts[1]) || leaf.startsWith(parts[1] + "."));
    }

    private static boolean isMap(String type) {
        return type.startsWith("java.util.Map<");
    }

    /** The names of the settings in the records of a map; none if its values are no records. */
    private static List<String> leaves(String type) {
        Matcher matcher = MAP_OF_RECORDS.matcher(type);
        if (!matcher.matches()) {
            return List.of();
        }
        try {
            return leaves("", Class.forName(matcher.group(1)));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the metadata names a class that is missing", e);
        }
    }

    private static List<String> leaves(String prefix, Class<?> record) {
        List<String> leaves = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            String name = prefix + kebab(component.getName());
            if (component.getType().isRecord()) {
                leaves.addAll(leaves(name + ".", component.getType()));
            } else {
                leaves.add(name);
            }
        }
        return leaves;
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
