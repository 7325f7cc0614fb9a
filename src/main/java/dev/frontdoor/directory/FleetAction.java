package dev.frontdoor.directory;

import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.WorkerFilter;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** What one instance asks another one to do with its own workers. */
@SuppressWarnings("ArrayRecordComponent")
sealed interface FleetAction extends FleetMessage.Body {

    /** Its name in meters. */
    default String label() {
        return switch (this) {
            case Push _ -> "push";
            case Send _ -> "send";
            case Disconnect _ -> "disconnect";
            case Evict _ -> "evict";
            case Ban _ -> "ban";
            case Identity _ -> "identity";
            case ReadBans _ -> "bans";
        };
    }

    /**
     * Which workers.
     *
     * @param pid the only one, if there is no filter
     * @param filter selects any number of them; null for one
     */
    record Selection(long pid, @Nullable WorkerFilter filter) {

        static Selection of(long pid) {
            return new Selection(pid, null);
        }

        static Selection of(WorkerFilter filter) {
            return new Selection(0, filter);
        }
    }

    record Push(long pid, byte[] payload, Duration timeLimit) implements FleetAction {}

    record Send(Selection workers, byte[] payload) implements FleetAction {}

    record Disconnect(Selection workers, String reason) implements FleetAction {}

    record Evict(EvictionRequest request) implements FleetAction {}

    record Ban(String identity, Duration duration, String reason, boolean disconnect)
            implements FleetAction {}

    /**
     * A question about the claim of an identity: whether the instance has it.
     *
     * @param key of the claim
     * @param number of the claim
     * @param replaced whether another instance has taken over the claim with this number, or an
     *     earlier one; its worker is closed then
     */
    record Identity(String key, long number, boolean replaced) implements FleetAction {}

    /** The bans of the fleet have changed. */
    record ReadBans() implements FleetAction {}

    /** The payload; null if there is none. */
    default byte @Nullable [] content() {
        return switch (this) {
            case Push push -> push.payload;
            case Send send -> send.payload;
            case Disconnect _, Evict _, Ban _, Identity _, ReadBans _ -> null;
        };
    }
}
