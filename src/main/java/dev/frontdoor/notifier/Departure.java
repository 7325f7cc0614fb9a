package dev.frontdoor.notifier;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/**
 * How a connection ended. No component is null.
 *
 * @param code the close code of whoever ended it; 1005 if a worker's close had none, 1006 if the
 *     connection broke without a close
 * @param initiator who ended it
 * @param reason the close reason, or what broke; truncated and escaped with {@link DisplayText}
 * @param endedAt when it ended
 */
public record Departure(int code, Initiator initiator, String reason, Instant endedAt) {

    /** Truncates and escapes the reason. */
    public Departure {
        Objects.requireNonNull(initiator, "initiator");
        Objects.requireNonNull(endedAt, "endedAt");
        reason = DisplayText.of(reason);
    }

    /** Who ended a connection. */
    public enum Initiator {
        /** The worker closed it. */
        WORKER,
        /** The service closed it by one of its rules, for instance a limit or a drain. */
        SERVICE,
        /** An operator or {@link Workers#disconnect} closed it. */
        OPERATOR,
        /** The network broke it. */
        NETWORK;

        /** The name in lower case, as in logs and lists. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
