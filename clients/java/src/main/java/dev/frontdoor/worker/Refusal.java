package dev.frontdoor.worker;

import java.util.Locale;
import java.util.Objects;

/** A handler throws this to refuse a push. The application receives code and words. */
public final class Refusal extends Exception {

    /** Why a push is refused. */
    public enum Code {
        /** The worker has no capacity now. */
        BUSY,
        /** The push itself is at fault. */
        INVALID,
        /** Something that the work needs is missing. */
        UNAVAILABLE,
        /** The worker failed. */
        INTERNAL;

        /** The code as the wire spells it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Code code;

    /**
     * @param words an explanation for people; what exceeds 1,024 bytes of UTF-8 is cut off
     */
    public Refusal(Code code, String words) {
        super(words);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** Why the push is refused. */
    public Code code() {
        return code;
    }
}
