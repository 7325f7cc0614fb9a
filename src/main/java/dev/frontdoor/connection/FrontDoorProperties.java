package dev.frontdoor.connection;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.List;

/**
 * Where and for whom the door is open.
 *
 * @param path the path workers upgrade on
 * @param instance the name of this running service, unique among those that run at once
 * @param allowedOrigins the values of {@code Origin} that may upgrade; a worker that sends none is
 *     not affected
 * @param eventLoops how many event loops serve the workers' port; 0 for as many as there are
 *     processors
 * @param auth who may enter
 */
@ConfigurationProperties("frontdoor")
public record FrontDoorProperties(
        @DefaultValue("/liminal") String path,
        @DefaultValue("worker-front-door") String instance,
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue("0") int eventLoops,
        @DefaultValue Auth auth) {

    private static final int MAX_EVENT_LOOPS = 1024;

    /** Refuses a path that no request can have. */
    public FrontDoorProperties {
        if (!path.startsWith("/") || path.contains("?") || path.contains("#")) {
            throw new IllegalArgumentException(
                    "frontdoor.path must start with / and hold neither ? nor #, was '"
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

    /**
     * Who may enter.
     *
     * @param tokens shared tokens, any of which is good; none leaves the door open to all
     */
    public record Auth(@DefaultValue List<String> tokens) {

        /** Refuses an empty token, which every worker without one would have. */
        public Auth {
            if (tokens.stream().anyMatch(String::isEmpty)) {
                throw new IllegalArgumentException(
                        "frontdoor.auth.tokens must not hold an empty token");
            }
            tokens = List.copyOf(tokens);
        }

        @Override
        public String toString() {
            return "Auth[" + tokens.size() + " tokens]";
        }
    }
}
