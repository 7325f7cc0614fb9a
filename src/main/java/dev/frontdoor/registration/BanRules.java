package dev.frontdoor.registration;

import dev.frontdoor.notifier.DisplayText;

import java.time.Duration;

/** What a ban may be. */
final class BanRules {

    private BanRules() {}

    /**
     * Checks a ban.
     *
     * @throws IllegalArgumentException if an argument is not allowed; the message names it
     */
    static void check(String identity, Duration duration, String reason) {
        require(
                identity.codePoints().noneMatch(it -> Character.getType(it) == Character.SURROGATE),
                "identity must be well-formed: no worker has one with an unpaired surrogate");
        int size = Utf8.size(identity);
        require(
                size <= RegistrationRules.MAX_IDENTITY_SIZE,
                "identity must have at most %s bytes of UTF-8, has %s"
                        .formatted(RegistrationRules.MAX_IDENTITY_SIZE, size));
        require(
                duration.isPositive() && duration.compareTo(Bans.MAX_DURATION) <= 0,
                "duration must be more than 0 and at most 365 days, was " + duration);
        require(
                !DisplayText.isTruncated(reason)
                        && reason.codePoints().allMatch(DisplayText::isSafe),
                "reason must have at most %s characters, and none that breaks or reorders a line"
                        .formatted(DisplayText.MAX_LENGTH));
    }

    private static void require(boolean allowed, String message) {
        if (!allowed) {
            throw new IllegalArgumentException(message);
        }
    }
}
