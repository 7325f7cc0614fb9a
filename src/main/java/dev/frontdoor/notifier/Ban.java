package dev.frontdoor.notifier;

import java.time.Instant;

/**
 * An identity that this instance rejects for a time. Immutable; no component is null. The dates are
 * for display: setting the clock neither prolongs nor shortens a ban.
 *
 * @param identity the identity, compared exactly
 * @param reason why it is banned; the worker receives it as a part of the rejection
 * @param since when the ban began
 * @param until when it ends
 */
public record Ban(String identity, String reason, Instant since, Instant until) {}
