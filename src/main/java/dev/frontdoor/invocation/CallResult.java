package dev.frontdoor.invocation;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** The result of one call to a notifier. */
public sealed interface CallResult {

    /** The notifier accepted the registration, consumed the publication, or just returned. */
    record Accepted() implements CallResult {}

    /** The notifier does not take such a registration, or did not consume the publication. */
    record Declined() implements CallResult {}

    /** The notifier was not called: when its turn came, the call had lost its purpose. */
    record Skipped() implements CallResult {}

    /** The notifier rejected the registration. */
    record Rejected(String reason) implements CallResult {}

    /** The notifier threw any other exception. */
    record Failed(Throwable thrown) implements CallResult {}

    /** The call did not end within its timeout, the wait for a thread included. */
    record TimedOut(Duration limit) implements CallResult {}

    /** What the call counts as, for the given kind of call. */
    default CallOutcome outcome(CallKind kind) {
        return switch (this) {
            case Accepted _ -> CallOutcome.RETURNED;
            case Declined _ ->
                    kind == CallKind.PUBLISHED ? CallOutcome.RETURNED : CallOutcome.PASSED;
            case Skipped _ -> CallOutcome.PASSED;
            case Rejected _ -> CallOutcome.REJECTED;
            case Failed _ -> CallOutcome.FAILED;
            case TimedOut _ -> CallOutcome.TIMEOUT;
        };
    }

    /** What was thrown; null if nothing was. */
    default @Nullable Throwable error() {
        return this instanceof Failed failed ? failed.thrown() : null;
    }
}
