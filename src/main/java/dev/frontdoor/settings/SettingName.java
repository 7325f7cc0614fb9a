package dev.frontdoor.settings;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The name of one setting, or of many: an element may stand for an index, for a key of a map, or
 * for all further elements.
 */
final class SettingName {

    /** Stands for an index of a list. */
    static final String INDEX = "#";

    /** Stands for one element that is free. */
    static final String KEY = "*";

    /** Stands for one or more elements that are free; the last element. */
    static final String REST = "**";

    private final List<String> elements;
    private final Pattern variable;

    /**
     * A name.
     *
     * @param name dashed elements and those that stand for others, separated by dots
     */
    SettingName(String name) {
        this.elements = List.of(name.split("\\."));
        // Spring Boot drops all dashes of a name, or replaces all by underscores.
        this.variable =
                Pattern.compile(
                        variable(elements, "") + "|" + variable(elements, "_"),
                        Pattern.CASE_INSENSITIVE);
    }

    boolean matches(ConfigurationPropertyName other) {
        boolean open = elements.getLast().equals(REST);
        int size = other.getNumberOfElements();
        return (open ? size >= elements.size() : size == elements.size()) && agrees(other, size);
    }

    boolean matchesVariable(String other) {
        return variable.matcher(other).matches();
    }

    /** Whether this name begins with all elements of the other, and goes on. */
    boolean isBelow(ConfigurationPropertyName other) {
        int size = other.getNumberOfElements();
        return size < elements.size() && agrees(other, size);
    }

    /** Whether it names one value, or a list as a whole. */
    boolean isValue() {
        return isFixed(elements.getLast());
    }

    private static boolean isFixed(String element) {
        return !List.of(INDEX, KEY, REST).contains(element);
    }

    /** The names of the sections that contain it, as far as they are not free. */
    List<String> sections() {
        List<String> sections = new ArrayList<>();
        for (int size = 2; size < elements.size() && isFixed(elements.get(size - 1)); size++) {
            sections.add(String.join(".", elements.subList(0, size)));
        }
        return sections;
    }

    /** This name with the elements of the other at the places that are free, if it has them. */
    String filledFrom(String other) {
        List<String> given = List.of(other.split("\\."));
        List<String> filled = new ArrayList<>(elements);
        for (int i = 0; i < Math.min(elements.size(), given.size()); i++) {
            if (List.of(INDEX, KEY).contains(elements.get(i))) {
                filled.set(i, given.get(i));
            }
        }
        return String.join(".", filled);
    }

    /** A name without what Spring Boot does not compare. */
    static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "");
    }

    private boolean agrees(ConfigurationPropertyName other, int size) {
        for (int i = 0; i < Math.min(size, elements.size()); i++) {
            String given = other.getElement(i, Form.UNIFORM);
            boolean agrees =
                    switch (elements.get(i)) {
                        case KEY, REST -> true;
                        case INDEX -> other.isNumericIndex(i);
                        default -> given.equals(plain(elements.get(i)));
                    };
            if (!agrees) {
                return false;
            }
        }
        return true;
    }

    private static String variable(List<String> elements, String dash) {
        return elements.stream()
                .map(element ->
                        switch (element) {
                            case INDEX -> "\\d+";
                            case KEY -> "[^_]+";
                            case REST -> "[^_]+(_[^_]+)*";
                            default -> element.replace("-", dash);
                        })
                .collect(Collectors.joining("_"));
    }
}
