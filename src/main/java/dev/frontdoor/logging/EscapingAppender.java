package dev.frontdoor.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;

/** Hands lines to another appender, such as one of a file, without what could forge a line. */
final class EscapingAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private final Appender<ILoggingEvent> target;

    /**
     * Creates an appender, which takes its name and context from the target.
     *
     * @param target started; it is stopped with this one
     */
    EscapingAppender(Appender<ILoggingEvent> target) {
        this.target = target;
        setName(target.getName());
        setContext(target.getContext());
    }

    @Override
    protected void append(ILoggingEvent line) {
        target.doAppend(EscapedLine.of(line));
    }

    @Override
    public void stop() {
        super.stop();
        target.stop();
    }
}
