package dev.frontdoor.registration;

import org.jspecify.annotations.Nullable;

/** What a notifier answered when it was asked, or why it did not. */
sealed interface Answer {

    /** It took the registration on, or consumed the publication. */
    record Yes() implements Answer {}

    /** It does not take such a registration, or did not consume the publication. */
    record No() implements Answer {}

    /** It was not asked any more: it no longer holds the pid whose publication waited. */
    record Moot() implements Answer {}

    /** It turned the worker away. */
    record Rejected(String reason) implements Answer {}

    /** It threw something else. */
    record Failed(Throwable thrown) implements Answer {}

    /** It was not over at its time limit, or never had its turn. */
    record Overran() implements Answer {}

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
