package dev.frontdoor.notifier;

import java.time.Instant;

/**
 * An identity that is rejected for a time: on one instance, or on all of them if {@code
 * frontdoor.fleet.bans} is set. Immutable; no component is null. The dates are for display: setting
 * the clock neither prolongs nor shortens a ban.
 *
 * @param identity the identity, compared exactly
 * @param reason why it is banned; the worker receives it as a part of the rejection
 * @param since when the ban began
 * @param until when it ends
 * @param instance the name of the process on which it was made
 */
public record Ban(String identity, String reason, Instant since, Instant until, String instance) {}
