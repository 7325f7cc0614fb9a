package dev.frontdoor.deploy;

import java.util.List;
import java.util.Map;

/**
 * One object. Its parts are reached by a path of keys and indices, such as {@code
 * spec/ports/0/port}.
 */
record Manifest(Map<String, Object> content) {

    String kind() {
        return String.valueOf(content.get("kind"));
    }

    String apiVersion() {
        return String.valueOf(content.get("apiVersion"));
    }

    String name() {
        return text("metadata/name");
    }

    String text(String path) {
        return String.valueOf(at(path));
    }

    int number(String path) {
        return Integer.parseInt(text(path));
    }

    List<Manifest> list(String path) {
        return at(path) instanceof List<?> items
                ? items.stream().map(item -> new Manifest(Chart.map(item))).toList()
                : List.of();
    }

    /** The value at this path, or null. */
    Object at(String path) {
        Object here = content;
        for (String step : path.split("/", -1)) {
            here =
                    switch (here) {
                        case Map<?, ?> map -> map.get(step.replace('~', '/'));
                        case List<?> list -> list.get(Integer.parseInt(step));
                        case null, default -> null;
                    };
        }
        return here;
    }

    @Override
    public String toString() {
        return kind() + " " + name();
    }
}
