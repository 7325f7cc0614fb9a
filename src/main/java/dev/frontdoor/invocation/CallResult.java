package dev.frontdoor.invocation;

import org.jspecify.annotations.Nullable;

/** What a notifier answered when it was asked, or why it did not. */
public sealed interface CallResult {

    /** It took the registration on, or consumed the publication. */
    record Yes() implements CallResult {}

    /** It does not take such a registration, or did not consume the publication. */
    record No() implements CallResult {}

    /** It was not asked any more: it no longer holds the pid whose publication waited. */
    record Moot() implements CallResult {}

    /** It turned the worker away. */
    record Rejected(String reason) implements CallResult {}

    /** It threw something else. */
    record Failed(Throwable thrown) implements CallResult {}

    /** It was not over at its time limit, or never had its turn. */
    record Overran() implements CallResult {}

    /** How the call that gave this answer ended. */
    default CallOutcome outcome() {
        return switch (this) {
            case Yes _, No _ -> CallOutcome.RETURNED;
            case Moot _ -> CallOutcome.PASSED;
            case Rejected _ -> CallOutcome.REJECTED;
            case Failed _ -> CallOutcome.FAILED;
            case Overran _ -> CallOutcome.TIMEOUT;
        };
    }

    /** What was thrown; null if nothing was. */
    default @Nullable Throwable error() {
        return this instanceof Failed(Throwable thrown) ? thrown : null;
    }
}
