package dev.frontdoor.registration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.List;

/**
 * Which upgrades and identities the service accepts, and its own name.
 *
 * @param path the path workers upgrade on
 * @param instance the name of this process, unique among those that run at once
 * @param duplicateIdentity what happens to a worker whose identity another connection has
 * @param allowedOrigins the values of {@code Origin} that may upgrade; a worker that sends none is
 *     not affected
 * @param eventLoops how many event loops serve the workers' port; 0 for as many as there are
 *     processors
 */
@ConfigurationProperties("frontdoor")
public record FrontDoorProperties(
        @DefaultValue("/liminal") String path,
        @DefaultValue("worker-front-door") String instance,
        @DefaultValue("allow") DuplicateIdentity duplicateIdentity,
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue("0") int eventLoops) {

    private static final int MAX_EVENT_LOOPS = 1024;

    /** Refuses a path that no request can have, and a number of event loops out of range. */
    public FrontDoorProperties {
        if (!path.startsWith("/") || path.contains("?") || path.contains("#")) {
            throw new IllegalArgumentException(
                    "frontdoor.path must start with / and contain neither ? nor #, was '"
                            + path
                            + "'");
        }
        allowedOrigins = List.copyOf(allowedOrigins);
        if (eventLoops < 0 || eventLoops > MAX_EVENT_LOOPS) {
            throw new IllegalArgumentException(
                    "frontdoor.event-loops must be from 0 to %d, was %d"
                            .formatted(MAX_EVENT_LOOPS, eventLoops));
        }
    }
}
