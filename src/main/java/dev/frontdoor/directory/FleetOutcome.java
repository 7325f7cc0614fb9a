package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetException;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushRefusal;

import org.jspecify.annotations.Nullable;

/** What an action has led to. */
@SuppressWarnings("ArrayRecordComponent")
sealed interface FleetOutcome extends FleetMessage.Body {

    /** The worker has replied. */
    record Replied(byte[] payload) implements FleetOutcome {}

    /** The action was carried out on so many workers. */
    record Done(long workers) implements FleetOutcome {}

    /**
     * A push or a send failed.
     *
     * @param refusal the worker's refusal, if that is the reason
     */
    record PushFailed(PushException.Reason reason, @Nullable PushRefusal refusal, String message)
            implements FleetOutcome {

        static PushFailed of(PushException failure) {
            return new PushFailed(
                    failure.reason(),
                    failure.refusal().orElse(null),
                    String.valueOf(failure.getMessage()));
        }

        PushException exception() {
            PushRefusal refused = refusal;
            return refused == null
                    ? new PushException(reason, message)
                    : new PushException(refused, message);
        }
    }

    /** Another action failed. */
    record Failed(String message) implements FleetOutcome {

        FleetException exception() {
            return new FleetException(message, null);
        }
    }

    /** Its name in meters. */
    default String label() {
        return switch (this) {
            case Replied _, Done _ -> "done";
            case PushFailed failed when failed.reason == PushException.Reason.REFUSED -> "refused";
            case PushFailed failed when failed.reason == PushException.Reason.UNREACHABLE ->
                    "unreachable";
            case PushFailed failed when failed.reason == PushException.Reason.EXPIRED -> "expired";
            case PushFailed _, Failed _ -> "failed";
        };
    }
}
