package dev.frontdoor.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextVO;

import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A log line in which no text from outside can forge another line, or reorder this one: its message
 * is on one line, and the messages of its exceptions are indented. Long messages are truncated.
 */
final class EscapedLine implements ILoggingEvent {

    /** Loggers whose messages have several lines: reports about the start. */
    private static final String REPORTS = "org.springframework.boot.diagnostics.";

    private static final int MAX_LENGTH = 16_000;

    private final ILoggingEvent line;
    private final String message;
    private final @Nullable IThrowableProxy thrown;

    private EscapedLine(ILoggingEvent line, String message, @Nullable IThrowableProxy thrown) {
        this.line = line;
        this.message = message;
        this.thrown = thrown;
    }

    /** The line itself if it needs no escapes. */
    static ILoggingEvent of(ILoggingEvent line) {
        String message = escape(line);
        IThrowableProxy thrown = EscapedThrowable.of(line.getThrowableProxy());
        boolean same =
                message.equals(line.getFormattedMessage())
                        && Objects.equals(thrown, line.getThrowableProxy());
        return same ? line : new EscapedLine(line, message, thrown);
    }

    private static String escape(ILoggingEvent line) {
        String message = line.getFormattedMessage();
        return line.getLoggerName().startsWith(REPORTS)
                ? EscapedThrowable.escapeLines(message, "\n")
                : DisplayText.escape(DisplayText.truncate(message, MAX_LENGTH));
    }

    @Override
    public String getFormattedMessage() {
        return message;
    }

    /** The formatted message, since there are no arguments to put into it. */
    @Override
    public String getMessage() {
        return message;
    }

    @Override
    public Object @Nullable [] getArgumentArray() {
        return null;
    }

    @Override
    public @Nullable IThrowableProxy getThrowableProxy() {
        return thrown;
    }

    @Override
    public String getThreadName() {
        return line.getThreadName();
    }

    @Override
    public Level getLevel() {
        return line.getLevel();
    }

    @Override
    public String getLoggerName() {
        return line.getLoggerName();
    }

    @Override
    public LoggerContextVO getLoggerContextVO() {
        return line.getLoggerContextVO();
    }

    @Override
    public StackTraceElement[] getCallerData() {
        return line.getCallerData();
    }

    @Override
    public boolean hasCallerData() {
        return line.hasCallerData();
    }

    @Override
    public List<Marker> getMarkerList() {
        return line.getMarkerList();
    }

    @Override
    public Map<String, String> getMDCPropertyMap() {
        return line.getMDCPropertyMap();
    }

    @Override
    @Deprecated
    public Map<String, String> getMdc() {
        return line.getMDCPropertyMap();
    }

    @Override
    public long getTimeStamp() {
        return line.getTimeStamp();
    }

    @Override
    public int getNanoseconds() {
        return line.getNanoseconds();
    }

    @Override
    public long getSequenceNumber() {
        return line.getSequenceNumber();
    }

    @Override
    public List<KeyValuePair> getKeyValuePairs() {
        return line.getKeyValuePairs();
    }

    @Override
    public void prepareForDeferredProcessing() {
        line.prepareForDeferredProcessing();
    }
}
