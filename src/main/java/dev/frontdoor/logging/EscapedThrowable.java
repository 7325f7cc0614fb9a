package dev.frontdoor.logging;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;

import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * An exception in a log line whose message cannot forge a line: all of its lines but the first are
 * indented. A long message is truncated, since it may quote what a worker sent.
 */
final class EscapedThrowable extends ThrowableProxy {

    private static final String INDENTED = "\n\t";
    private static final int MAX_LENGTH = 2_000;

    private EscapedThrowable(Throwable thrown) {
        super(thrown);
    }

    /** The exception itself if neither its message nor those of its causes need escapes. */
    static @Nullable IThrowableProxy of(@Nullable IThrowableProxy thrown) {
        return thrown instanceof ThrowableProxy proxy && needsEscapes(proxy)
                ? new EscapedThrowable(proxy.getThrowable())
                : thrown;
    }

    /** The text with its lines apart as given, and escapes within each. */
    static String escapeLines(String text, String separator) {
        return text.lines()
                .map(line ->
                        Arrays.stream(line.split("\t", -1))
                                .map(DisplayText::escape)
                                .collect(Collectors.joining("\t")))
                .collect(Collectors.joining(separator));
    }

    @Override
    public @Nullable String getMessage() {
        String message = super.getMessage();
        return message == null ? null : shown(message);
    }

    @Override
    public @Nullable IThrowableProxy getCause() {
        return of(super.getCause());
    }

    @Override
    public IThrowableProxy[] getSuppressed() {
        return Arrays.stream(super.getSuppressed())
                .map(EscapedThrowable::of)
                .toArray(IThrowableProxy[]::new);
    }

    private static String shown(String message) {
        return escapeLines(DisplayText.truncate(message, MAX_LENGTH), INDENTED);
    }

    private static boolean needsEscapes(IThrowableProxy thrown) {
        if (thrown.isCyclic()) {
            return false;
        }
        String message = thrown.getMessage();
        return (message != null && !message.equals(shown(message)))
                || (thrown.getCause() != null && needsEscapes(thrown.getCause()))
                || Arrays.stream(thrown.getSuppressed()).anyMatch(EscapedThrowable::needsEscapes);
    }
}
