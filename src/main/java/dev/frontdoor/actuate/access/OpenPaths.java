package dev.frontdoor.actuate.access;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What is read without credentials: the endpoints of a setting, what the probes of Kubernetes ask
 * for, and the page of the console, which asks for a token itself. The settings of Spring Boot may
 * put one path below another; then the longer one decides.
 */
final class OpenPaths {

    private static final String ROOT = "/";
    private static final String CONSOLE = "/console";

    private final List<String> open;
    private final List<String> probes;
    private final List<String> endpoints;

    /**
     * Paths that are open.
     *
     * @param openEndpoints the endpoints that are read without credentials
     */
    OpenPaths(List<String> openEndpoints, PathMappedEndpoints paths) {
        List<String> named =
                openEndpoints.stream()
                        .map(id -> paths.getPath(EndpointId.of(id)))
                        .filter(Objects::nonNull)
                        .toList();
        String health = paths.getPath(EndpointId.of("health"));
        if (health == null) {
            probes = List.of();
        } else {
            probes =
                    named.contains(health)
                            ? List.of(health)
                            : List.of(health + "/liveness", health + "/readiness");
        }
        open = Stream.of(List.of(CONSOLE), named, probes).flatMap(List::stream).toList();
        endpoints = paths.getAllPaths().stream().filter(path -> !named.contains(path)).toList();
    }

    /** Whether a path is read without credentials. */
    boolean contains(String path) {
        return path.equals(ROOT) || isIn(open, path);
    }

    /** Whether a path is read under any name of the host. */
    boolean isProbe(String path) {
        return isIn(probes, path);
    }

    private boolean isIn(List<String> some, String path) {
        return longest(some, path) > longest(endpoints, path);
    }

    /** The length of the longest of some paths that a path is below; -1 if there is none. */
    private static int longest(List<String> some, String path) {
        return some.stream()
                .filter(above -> path.equals(above) || path.startsWith(above + "/"))
                .mapToInt(String::length)
                .max()
                .orElse(-1);
    }
}
