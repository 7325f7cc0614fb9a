package dev.frontdoor.invocation;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How notifiers are called.
 *
 * @param path directories of notifier jars
 * @param required names of notifier beans without which the service does not start
 * @param unmatched what happens to a registration that no notifier takes
 * @param timeout the time limit of one call, the wait for a permit included
 * @param maxConcurrentCalls the maximum number of concurrent calls of one notifier, without
 *     publications
 * @param maxConcurrentPublications the maximum number of publications that one notifier is offered
 *     at once
 * @param maxFailuresInARow failures of different connections in a row after which a notifier is
 *     suspended
 * @param probeInterval the time between two calls that find out whether it works again
 * @param beans settings of single notifiers, by bean name
 */
@Validated
@ConfigurationProperties("frontdoor.notifiers")
public record NotifierProperties(
        @DefaultValue List<String> path,
        @DefaultValue List<String> required,
        @DefaultValue("reject") Unmatched unmatched,
        @DefaultValue("3s") @DurationMin(nanos = 1, message = MORE_THAN_0) Duration timeout,
        @DefaultValue("64") @Min(1) int maxConcurrentCalls,
        @DefaultValue("64") @Min(1) int maxConcurrentPublications,
        @DefaultValue("20")
                @Min(value = 1, message = FROM_1_TO_1000)
                @Max(value = 1000, message = FROM_1_TO_1000)
                int maxFailuresInARow,
        @DefaultValue("5s") @DurationMin(nanos = 1, message = MORE_THAN_0) Duration probeInterval,
        @DefaultValue Map<String, @Valid Bean> beans) {

    public static final String PREFIX = "frontdoor.notifiers.";

    private static final String MORE_THAN_0 = "must be more than 0";
    private static final String FROM_1_TO_1000 = "must be from 1 to 1000";

    /** Copies the lists and the map. */
    public NotifierProperties {
        path = List.copyOf(path);
        required = List.copyOf(required);
        beans = Map.copyOf(beans);
    }

    /** What happens to a registration that no notifier takes. */
    public enum Unmatched {
        /** It is rejected, so that no worker waits for work that never comes. */
        REJECT,
        /** It is accepted. */
        ACCEPT
    }

    /** What happens to a registration when a call to a notifier fails or times out. */
    public enum OnFailure implements Labeled {
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
     * @param maxConcurrentPublications its maximum; null for the common one
     * @param onFailure what its failure means for the registration
     * @param match which registrations it is called for
     */
    public record Bean(
            @DefaultValue("true") boolean enabled,
            @Nullable @DurationMin(nanos = 1, message = MORE_THAN_0) Duration timeout,
            @Nullable @Min(1) Integer maxConcurrentCalls,
            @Nullable @Min(1) Integer maxConcurrentPublications,
            @DefaultValue("reject") OnFailure onFailure,
            @DefaultValue @Valid Match match) {

        static final Bean DEFAULT =
                new Bean(true, null, null, null, OnFailure.REJECT, Match.EVERYTHING);
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
            @DefaultValue List<@Glob String> namespaces,
            @DefaultValue List<@Glob String> taskQueues,
            @DefaultValue List<@Glob String> nodes,
            @DefaultValue List<@Glob String> activityTypes) {

        static final Match EVERYTHING = new Match(List.of(), List.of(), List.of(), List.of());

        /** Copies the lists. */
        public Match {
            namespaces = List.copyOf(namespaces);
            taskQueues = List.copyOf(taskQueues);
            nodes = List.copyOf(nodes);
            activityTypes = List.copyOf(activityTypes);
        }
    }
}
