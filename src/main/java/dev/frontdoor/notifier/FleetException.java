package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

/** The directory cannot answer now. The message says why, for operators. */
public final class FleetException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** The directory cannot answer for this reason. */
    public FleetException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
