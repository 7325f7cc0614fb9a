package dev.frontdoor.invocation;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How notifiers are called.
 *
 * @param path directories of notifier jars
 * @param unmatched what becomes of a registration that no notifier takes
 * @param timeout the time limit of one call, with the wait for its turn
 * @param maxConcurrentCalls how many calls one notifier may have at once
 * @param beans what differs for single notifiers, by bean name
 */
@ConfigurationProperties("frontdoor.notifiers")
public record NotifierProperties(
        @DefaultValue List<String> path,
        @DefaultValue("reject") Unmatched unmatched,
        @DefaultValue("5s") Duration timeout,
        @DefaultValue("64") int maxConcurrentCalls,
        @DefaultValue Map<String, Bean> beans) {

    public static final String PREFIX = "frontdoor.notifiers.";

    /** Refuses limits that would let no call through. */
    public NotifierProperties {
        path = List.copyOf(path);
        requirePositive(PREFIX + "timeout", timeout);
        requirePositive(PREFIX + "max-concurrent-calls", maxConcurrentCalls);
        beans = Map.copyOf(beans);
        beans.forEach((name, bean) -> bean.check(PREFIX + "beans." + name + "."));
    }

    /** What becomes of a registration that no notifier takes. */
    public enum Unmatched {
        /** It is rejected, so that no worker waits for work that nobody will give it. */
        REJECT,
        /** It is accepted. */
        ACCEPT
    }

    /** What becomes of a registration when a notifier throws or overruns. */
    public enum OnFailure {
        /** It is rejected: the notifier has a veto. */
        REJECT,
        /** It goes on: the notifier is only told. */
        IGNORE
    }

    /**
     * What differs for one notifier.
     *
     * @param enabled whether it is called at all
     * @param timeout its own time limit; null for the general one
     * @param maxConcurrentCalls its own bound; null for the general one
     * @param onFailure what its throwing or overrunning means
     * @param match which registrations it is asked about
     */
    public record Bean(
            @DefaultValue("true") boolean enabled,
            @Nullable Duration timeout,
            @Nullable Integer maxConcurrentCalls,
            @DefaultValue("reject") OnFailure onFailure,
            @DefaultValue Match match) {

        static final Bean DEFAULT = new Bean(true, null, null, OnFailure.REJECT, Match.EVERYTHING);

        void check(String prefix) {
            if (timeout != null) {
                requirePositive(prefix + "timeout", timeout);
            }
            if (maxConcurrentCalls != null) {
                requirePositive(prefix + "max-concurrent-calls", maxConcurrentCalls);
            }
            match.check(prefix + "match.");
        }
    }

    /**
     * Which registrations a notifier is asked about: those that every list lets through. A list
     * holds globs, of which one must match; an empty one lets all through.
     *
     * @param namespaces one of the declared namespaces must match
     * @param taskQueues the task queue must match
     * @param nodes the node must match; a worker that names none counts as one that names ""
     * @param activityTypes one of the declared activity types must match
     */
    public record Match(
            @DefaultValue List<String> namespaces,
            @DefaultValue List<String> taskQueues,
            @DefaultValue List<String> nodes,
            @DefaultValue List<String> activityTypes) {

        static final Match EVERYTHING = new Match(List.of(), List.of(), List.of(), List.of());

        /** Copies the lists. */
        public Match {
            namespaces = List.copyOf(namespaces);
            taskQueues = List.copyOf(taskQueues);
            nodes = List.copyOf(nodes);
            activityTypes = List.copyOf(activityTypes);
        }

        private void check(String prefix) {
            Globs.check(prefix + "namespaces", namespaces);
            Globs.check(prefix + "task-queues", taskQueues);
            Globs.check(prefix + "nodes", nodes);
            Globs.check(prefix + "activity-types", activityTypes);
        }
    }

    private static void requirePositive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(
                    "%s must be more than zero, was %s".formatted(key, value));
        }
    }

    private static void requirePositive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "%s must be at least 1, was %d".formatted(key, value));
        }
    }
}
