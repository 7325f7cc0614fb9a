package dev.frontdoor.notifier;

import java.util.Locale;
import java.util.Objects;

/**
 * A worker's refusal of a push (section 8 of docs/protocol.md).
 *
 * @param code why the worker refuses
 * @param words the worker's explanation, at most 1,024 bytes of UTF-8; may be empty. It is not
 *     escaped: see {@link DisplayText}
 */
public record PushRefusal(Code code, String words) {

    /** Rejects null. */
    public PushRefusal {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(words, "words");
    }

    /** Why a worker refuses a push. */
    public enum Code {
        /** The worker has no capacity now. Another worker or a later push may succeed. */
        BUSY,
        /** The worker cannot use the payload. The same payload will be refused again. */
        INVALID,
        /** This worker does not provide what the payload requests. */
        UNAVAILABLE,
        /** The worker failed. */
        INTERNAL;

        /** The code on the wire: the name in lower case. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
