package dev.frontdoor.registration;

import dev.frontdoor.invocation.CallResult;
import dev.frontdoor.invocation.Notifier;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The decision on a registration. */
public sealed interface Decision {

    /** How it is counted. */
    RegistrationOutcome outcome();

    /** The registration is in force: it is in the live table, and every holder has accepted it. */
    record Accepted() implements Decision {

        @Override
        public RegistrationOutcome outcome() {
            return RegistrationOutcome.ACCEPTED;
        }
    }

    /**
     * The registration was rejected. An earlier one of the same connection stays in force.
     *
     * @param reason what the worker is told, truncated to {@value #MAX_REASON_SIZE} bytes of UTF-8
     */
    record Rejected(RegistrationOutcome outcome, String reason) implements Decision {

        private static final int MAX_REASON_SIZE = 4096;
        private static final String ELLIPSIS = "...";

        /** Truncates the reason. */
        public Rejected {
            reason = truncate(reason);
        }

        Rejected(String reason) {
            this(RegistrationOutcome.REJECTED, reason);
        }

        private static String truncate(String reason) {
            String start = Utf8.truncate(reason, MAX_REASON_SIZE);
            return start.length() == reason.length()
                    ? reason
                    : Utf8.truncate(start, MAX_REASON_SIZE - ELLIPSIS.length()) + ELLIPSIS;
        }
    }

    /** The connection ended first. */
    record Abandoned() implements Decision {

        @Override
        public RegistrationOutcome outcome() {
            return RegistrationOutcome.ABANDONED;
        }
    }

    Decision UNMATCHED =
            new Rejected(RegistrationOutcome.UNMATCHED, "no notifier takes such a worker");
    Decision DRAINING = new Rejected("the service is draining; reconnect elsewhere");
    Decision FAULT = new Rejected(RegistrationOutcome.FAILED, CloseCause.SERVICE_FAULT.reason());

    /** A rejection for now. The reason ends in the number of seconds after which to try again. */
    static Decision deferred(String reason, Duration retryAfter) {
        long seconds = Math.max(1, TimeUnit.SECONDS.convert(retryAfter.plusNanos(999_999_999)));
        return new Rejected(
                RegistrationOutcome.DEFERRED, "%s; retry in %s s".formatted(reason, seconds));
    }

    /** The rejection that follows from the result of a call. */
    static Decision rejected(Notifier notifier, CallResult result) {
        return switch (result) {
            case CallResult.Rejected rejected -> new Rejected(rejected.reason());
            case CallResult.TimedOut _ ->
                    new Rejected(
                            RegistrationOutcome.TIMEOUT,
                            "notifier '%s' timed out".formatted(notifier.name()));
            case CallResult.Failed _,
                    CallResult.Accepted _,
                    CallResult.Declined _,
                    CallResult.Skipped _ ->
                    new Rejected(
                            RegistrationOutcome.FAILED,
                            "notifier '%s' failed".formatted(notifier.name()));
        };
    }
}
