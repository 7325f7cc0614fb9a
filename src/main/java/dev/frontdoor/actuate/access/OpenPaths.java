package dev.frontdoor.actuate.access;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What is read without credentials: the endpoints of a setting, what the probes of Kubernetes ask
 * for, and the page of the console, which asks for a token itself.
 */
final class OpenPaths {

    private static final String ROOT = "/";
    private static final String CONSOLE = "/console";

    private final List<String> open;
    private final List<String> probes;

    /**
     * Paths that are open.
     *
     * @param endpoints the endpoints that are read without credentials
     */
    OpenPaths(List<String> endpoints, PathMappedEndpoints paths) {
        open =
                Stream.concat(
                                Stream.of(CONSOLE),
                                endpoints.stream()
                                        .map(id -> paths.getPath(EndpointId.of(id)))
                                        .filter(Objects::nonNull))
                        .toList();
        String health = paths.getPath(EndpointId.of("health"));
        if (health == null) {
            probes = List.of();
        } else {
            probes =
                    open.contains(health)
                            ? List.of(health)
                            : List.of(health + "/liveness", health + "/readiness");
        }
    }

    /** Whether a path is read without credentials. */
    boolean contains(String path) {
        return path.equals(ROOT)
                || isProbe(path)
                || open.stream().anyMatch(above -> isBelow(above, path));
    }

    /** Whether a path is read under any name of the host. */
    boolean isProbe(String path) {
        return probes.stream().anyMatch(above -> isBelow(above, path));
    }

    private static boolean isBelow(String above, String path) {
        return path.equals(above) || path.startsWith(above + "/");
    }
}
