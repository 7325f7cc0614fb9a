package dev.frontdoor.invocation;

import dev.frontdoor.notifier.DisplayText;

import java.io.Serial;

/**
 * Stands for an exception whose messages are too long to keep, or need escapes: with the start of
 * its message, and its stack.
 */
final class DisplayedException extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    private DisplayedException(Throwable thrown) {
        super(DisplayText.of(thrown.toString()));
        setStackTrace(thrown.getStackTrace());
    }

    /** The exception itself if all of its messages may be shown as they are. */
    static Throwable of(Throwable thrown) {
        try {
            for (Throwable next = thrown; next != null; next = next.getCause()) {
                String text = next.toString();
                if (next.getSuppressed().length > 0 || !DisplayText.of(text).equals(text)) {
                    return new DisplayedException(thrown);
                }
            }
            return thrown;
        } catch (Throwable _) { // of the exception's own methods
            return new IllegalStateException(thrown.getClass().getName());
        }
    }
}
