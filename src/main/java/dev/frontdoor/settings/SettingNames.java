package dev.frontdoor.settings;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.json.JsonParserFactory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names of the service's settings, from the configuration metadata that the build makes.
 * Metadata does not describe what is below a list or a map, so records there are read as classes.
 */
final class SettingNames {

    /** The first element of each name. */
    static final String ROOT = "frontdoor";

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    private static final Pattern COLLECTION =
            Pattern.compile(
                    "java\\.util\\.(?<map>Map<java\\.lang\\.String,)?(List<|Set<)?(?<element>.*)>");

    private final List<SettingName> names = new ArrayList<>();

    /** Names that an earlier version had, with those that replace them. */
    private final Map<SettingName, String> renamed = new LinkedHashMap<>();

    private SettingNames() {}

    /**
     * The names of the settings of this build.
     *
     * @throws IllegalStateException if the build made no metadata
     */
    static SettingNames ofService() {
        SettingNames settings = new SettingNames();
        metadata().forEach(settings::addAll);
        if (settings.names.isEmpty()) {
            throw new IllegalStateException(METADATA + " has no settings of the service");
        }
        return settings;
    }

    private void addAll(String metadata) {
        Object properties = JsonParserFactory.getJsonParser().parseMap(metadata).get("properties");
        for (Object each : properties instanceof List<?> list ? list : List.of()) {
            Map<?, ?> property = (Map<?, ?>) each;
            String name = String.valueOf(property.get("name"));
            if (!name.startsWith(ROOT + ".")) {
                continue;
            }
            if (property.get("deprecation") instanceof Map<?, ?> deprecation) {
                renamed.put(new SettingName(name), String.valueOf(deprecation.get("replacement")));
            } else {
                add(name, String.valueOf(property.get("type")));
            }
        }
    }

    /** Whether a setting has this name, in any form that Spring Boot accepts. */
    boolean contains(ConfigurationPropertyName name) {
        return names.stream().anyMatch(known -> known.matches(name));
    }

    /** Whether an environment variable of this name is a setting. */
    boolean containsVariable(String variable) {
        return names.stream().anyMatch(known -> known.matchesVariable(variable));
    }

    /** Whether names of settings begin with these elements, and go on. */
    boolean containsBelow(ConfigurationPropertyName name) {
        return names.stream().anyMatch(known -> known.isBelow(name));
    }

    /** The name that replaces one of an earlier version; null if it is none. */
    @Nullable String replacementOf(ConfigurationPropertyName name) {
        return replacement(former -> former.matches(name));
    }

    /** The name that replaces an environment variable of an earlier version; null if it is none. */
    @Nullable String replacementOfVariable(String variable) {
        return replacement(former -> former.matchesVariable(variable));
    }

    private @Nullable String replacement(Predicate<SettingName> condition) {
        return renamed.entrySet().stream()
                .filter(former -> condition.test(former.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** The name of the setting that differs least from a name of dashed elements. */
    String closestTo(String name) {
        return closest(values(name), name);
    }

    /** The name of the setting or the section that differs least. */
    String closestWithSections(String name) {
        Stream<String> sections = names.stream().flatMap(known -> known.sections().stream());
        return closest(Stream.concat(values(name), sections), name);
    }

    private Stream<String> values(String name) {
        return names.stream().filter(SettingName::isValue).map(known -> known.filledFrom(name));
    }

    private static String closest(Stream<String> names, String name) {
        return names.min(Comparator.comparingInt(known -> EditDistance.between(known, name)))
                .orElseThrow();
    }

    private void add(String name, String type) {
        Matcher collection = COLLECTION.matcher(type.replace(" ", ""));
        if (!collection.matches()) {
            addValue(name, type);
            return;
        }
        names.add(new SettingName(name));
        String element = collection.group("element");
        if (collection.group("map") == null) {
            add(name + "." + SettingName.INDEX, element);
        } else if (recordNamed(element) == null) {
            add(name + "." + SettingName.REST, element);
        } else {
            names.add(new SettingName(name + "." + SettingName.KEY));
            add(name + "." + SettingName.KEY, element);
        }
    }

    private void addValue(String name, String type) {
        Class<?> record = recordNamed(type);
        if (record == null) {
            names.add(new SettingName(name));
            return;
        }
        for (RecordComponent component : record.getRecordComponents()) {
            add(
                    name + "." + DataObjectPropertyName.toDashedForm(component.getName()),
                    component.getGenericType().getTypeName());
        }
    }

    private static @Nullable Class<?> recordNamed(String type) {
        if (!type.startsWith("dev.frontdoor.")) {
            return null;
        }
        try {
            Class<?> found = Class.forName(type, false, SettingNames.class.getClassLoader());
            return found.isRecord() ? found : null;
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the metadata names a class that is missing", e);
        }
    }

    /**
     * The metadata that names our settings. That of every jar is read, since an executable jar
     * keeps ours apart from the classes; only ours is parsed, as Spring Boot's is large.
     */
    private static List<String> metadata() {
        List<String> files = new ArrayList<>();
        try {
            ClassLoader loader = SettingNames.class.getClassLoader();
            for (URL url : Collections.list(loader.getResources(METADATA))) {
                try (InputStream in = url.openStream()) {
                    String metadata = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    if (metadata.contains("\"" + ROOT + ".")) {
                        files.add(metadata);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + METADATA, e);
        }
        return files;
    }
}
