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
 * @param timeout the time limit of one call, the wait for a permit included
 * @param maxConcurrentCalls the maximum number of concurrent calls of one notifier
 * @param maxFailuresInARow failures in a row after which registrations no longer call a notifier
 * @param probeInterval the time between two calls that find out whether it works again
 * @param beans settings of single notifiers, by bean name
 */
@ConfigurationProperties("frontdoor.notifiers")
public record NotifierProperties(
        @DefaultValue List<String> path,
        @DefaultValue("reject") Unmatched unmatched,
        @DefaultValue("3s") Duration timeout,
        @DefaultValue("64") int maxConcurrentCalls,
        @DefaultValue("20") int maxFailuresInARow,
        @DefaultValue("5s") Duration probeInterval,
        @DefaultValue Map<String, Bean> beans) {

    public static final String PREFIX = "frontdoor.notifiers.";

    /** Checks the values. */
    public NotifierProperties {
        path = List.copyOf(path);
        requirePositive(PREFIX + "timeout", timeout);
        requirePositive(PREFIX + "max-concurrent-calls", maxConcurrentCalls);
        requirePositive(PREFIX + "max-failures-in-a-row", maxFailuresInARow);
        requirePositive(PREFIX + "probe-interval", probeInterval);
        beans = Map.copyOf(beans);
        beans.forEach((name, bean) -> bean.check(PREFIX + "beans." + name + "."));
    }

    /** What becomes of a registration that no notifier takes. */
    public enum Unmatched {
        /** It is rejected, so that no worker waits for work that never comes. */
        REJECT,
        /** It is accepted. */
        ACCEPT
    }

    /** What becomes of a registration when a call to a notifier fails or times out. */
    public enum OnFailure {
        /** The registration is rejected: the notifier has a veto. */
        REJECT,
        /** The registration goes on without the notifier. */
        IGNORE
    }

    /**
     * Settings of one notifier.
     *
     * @param enabled whether it is called at all
     * @param timeout its time limit; null for the common one
     * @param maxConcurrentCalls its maximum; null for the common one
     * @param onFailure what its failure means for the registration
     * @param match which registrations it is called for
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
     * Which registrations a notifier is called for: those that match every list. A list holds
     * globs, one of which must match; an empty list matches all.
     *
     * @param namespaces one of the declared namespaces must match
     * @param taskQueues the task queue must match
     * @param nodes the node must match; a worker without a node counts as one whose node is ""
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
