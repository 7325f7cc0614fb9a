package dev.frontdoor.connection;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * What a worker says of itself as it connects.
 *
 * @param userAgent what it is; null if it does not say
 * @param labels its labels, by name
 */
public record WorkerDeclaration(@Nullable String userAgent, Map<String, String> labels) {

    /** The declaration of a worker that cannot say anything before its first frame. */
    public static final WorkerDeclaration NONE = new WorkerDeclaration(null, Map.of());

    /** Copies the map. */
    public WorkerDeclaration {
        labels = Map.copyOf(labels);
    }
}
