package dev.frontdoor.invocation;

import java.util.Arrays;

/** The permits that calls of a notifier have. */
public final class PermitsInUse {

    private PermitsInUse() {}

    /** How many calls of a notifier have a permit, those that exceeded their timeout included. */
    public static int of(Notifier notifier) {
        return Arrays.stream(CallKind.values())
                .map(notifier::permits)
                .distinct()
                .mapToInt(Permits::inUse)
                .sum();
    }
}
