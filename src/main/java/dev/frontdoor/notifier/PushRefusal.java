package dev.frontdoor.notifier;

import java.util.Locale;
import java.util.Objects;

/**
 * What a worker says when it refuses a push, as section 5 of the protocol defines it.
 *
 * @param code why the worker refuses
 * @param words the worker's explanation, at most 1,024 bytes of UTF-8; may be empty. It comes from
 *     the worker unescaped
 */
public record PushRefusal(Code code, String words) {

    /** Requires both. */
    public PushRefusal {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(words, "words");
    }

    /** Why a worker refuses a push. */
    public enum Code {
        /** The worker has no capacity now. Another worker, or a later push, may be taken. */
        BUSY,
        /** The worker cannot use the payload. The same payload will be refused again. */
        INVALID,
        /** What the payload asks for is not available at this worker. */
        UNAVAILABLE,
        /** The worker failed. */
        INTERNAL;

        /** The code as it stands on the wire: the name in lower case. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
