package dev.frontdoor.invocation;

import java.util.Locale;

/** What a call to a notifier is about. */
public enum CallKind {
    /** A registration of a pid that the notifier does not hold. */
    REGISTERED,
    /** A registration of a pid of which the notifier holds an earlier one. */
    REPLACED,
    /** The earlier registration again, because its replacement was rejected. */
    RESTORED,
    /** The end of a registration that the notifier holds. */
    UNREGISTERED,
    /** A publication of a worker. */
    PUBLISHED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Its name in metrics and logs. */
    public String label() {
        return label;
    }

    /** Whether a worker waits for the result in order to be registered. */
    boolean isRegistration() {
        return this == REGISTERED || this == REPLACED;
    }
}
