package dev.frontdoor.registration;

import dev.frontdoor.invocation.CallResult;
import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.registration.RegistrationMetrics.Outcome;

/** What became of a registration: as it is counted, and as its worker is told. */
record Verdict(Outcome outcome, Decision decision) {

    static final Verdict ACCEPTED = new Verdict(Outcome.ACCEPTED, new Decision.Accepted());
    static final Verdict ABANDONED = new Verdict(Outcome.ABANDONED, new Decision.Abandoned());
    static final Verdict UNMATCHED = rejected(Outcome.UNMATCHED, "no notifier takes such a worker");

    static final Verdict TOO_MANY =
            rejected(Outcome.REJECTED, "too many workers register at once; retry later");
    static final Verdict DRAINING =
            rejected(Outcome.REJECTED, "the service is draining; reconnect elsewhere");
    static final Verdict FAULT = rejected(Outcome.FAILED, CloseCause.SERVICE_FAULT.reason());

    static Verdict of(Notifier bean, CallResult answer) {
        return switch (answer) {
            case CallResult.Rejected(String reason) -> rejected(Outcome.REJECTED, reason);
            case CallResult.Overran _ ->
                    rejected(Outcome.TIMEOUT, "notifier '%s' timed out".formatted(bean.name()));
            case CallResult.Failed _, CallResult.Yes _, CallResult.No _, CallResult.Moot _ ->
                    rejected(Outcome.FAILED, "notifier '%s' failed".formatted(bean.name()));
        };
    }

    static Verdict rejected(Outcome outcome, String reason) {
        return new Verdict(outcome, new Decision.Rejected(reason));
    }
}
