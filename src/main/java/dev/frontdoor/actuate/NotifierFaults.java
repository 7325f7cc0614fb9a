package dev.frontdoor.actuate;

import dev.frontdoor.invocation.Notifier;

import org.jspecify.annotations.Nullable;

/** Why a notifier is down. */
public final class NotifierFaults {

    private NotifierFaults() {}

    /** Why health reports a notifier as down; null if it does not. */
    public static @Nullable String of(Notifier notifier) {
        if (notifier.isStuck()) {
            return "calls that exceeded their timeout occupy all %s permits"
                    .formatted(notifier.maxConcurrentCalls());
        }
        if (notifier.isStuckInPublications()) {
            return "publications that exceeded their timeout occupy all %s permits"
                    .formatted(notifier.maxConcurrentPublications());
        }
        if (notifier.isSuspended()) {
            return "it is suspended after repeated failures";
        }
        return notifier.calls().isFailing() ? "all recent calls failed" : null;
    }
}
