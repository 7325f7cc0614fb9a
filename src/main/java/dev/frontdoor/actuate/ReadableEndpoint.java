package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;

/** An endpoint of which something else than Spring Boot serves the reads. */
public final class ReadableEndpoint {

    private ReadableEndpoint() {}

    /** The path of an endpoint; null if it is not exposed, or may not be read. */
    public static @Nullable String path(
            WebEndpointsSupplier endpoints, PathMappedEndpoints paths, EndpointId id) {
        boolean served =
                endpoints.getEndpoints().stream()
                        .anyMatch(endpoint ->
                                endpoint.getEndpointId().equals(id)
                                        && !endpoint.getOperations().isEmpty());
        return served ? paths.getPath(id) : null;
    }
}
