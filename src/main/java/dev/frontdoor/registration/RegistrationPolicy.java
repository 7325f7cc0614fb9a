package dev.frontdoor.registration;

import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.NotifierProperties.Unmatched;

import java.time.Duration;
import java.util.List;

/** What decides registrations: the notifiers in call order, the settings, bans, and a drain. */
final class RegistrationPolicy {

    private final List<Notifier> notifiers;
    private final Unmatched unmatched;
    private final Bans bans;
    private final Identities identities;
    private final RegistrationRateLimiter rateLimiter;
    private final Duration decisionTimeout;
    private final Duration maxWait;
    private volatile boolean accepting = true;

    RegistrationPolicy(
            List<Notifier> notifiers,
            Unmatched unmatched,
            Bans bans,
            Identities identities,
            RegistrationRateLimiter rateLimiter,
            Duration decisionTimeout) {
        this.notifiers = List.copyOf(notifiers);
        this.unmatched = unmatched;
        this.bans = bans;
        this.identities = identities;
        this.rateLimiter = rateLimiter;
        this.decisionTimeout = decisionTimeout;
        this.maxWait = decisionTimeout.dividedBy(2);
    }

    List<Notifier> notifiers() {
        return notifiers;
    }

    /** Whether a registration that no notifier takes is accepted. */
    boolean acceptsUnmatched() {
        return notifiers.isEmpty() || unmatched == Unmatched.ACCEPT;
    }

    Bans bans() {
        return bans;
    }

    Identities identities() {
        return identities;
    }

    RegistrationRateLimiter rateLimiter() {
        return rateLimiter;
    }

    /** The time from the arrival of a registration to its decision. */
    Duration decisionTimeout() {
        return decisionTimeout;
    }

    /** The longest wait for a turn, which leaves as much time for the notifiers. */
    Duration maxWait() {
        return maxWait;
    }

    /** Whether registrations are accepted at all. */
    boolean isAccepting() {
        return accepting;
    }

    void setAccepting(boolean accepting) {
        this.accepting = accepting;
    }
}
