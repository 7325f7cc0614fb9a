package dev.frontdoor.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.read.ListAppender;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

import java.util.ArrayList;
import java.util.List;

/** What stands before the appenders of Logback. */
class AppenderInstallerTests {

    private static final LoggingProperties PROPERTIES =
            new LoggingProperties(DataSize.ofKilobytes(16));

    private final LoggerContext logback = new LoggerContext();
    private final Logger root = logback.getLogger(Logger.ROOT_LOGGER_NAME);

    @AfterEach
    void stop() {
        logback.stop();
    }

    @Test
    void consoleHasAQueueAndOthersAreEscaped() {
        root.addAppender(new ConsoleAppender<>());
        root.addAppender(new ListAppender<>());

        AppenderInstaller.install(logback, PROPERTIES);

        assertThat(appenders())
                .hasExactlyElementsOfTypes(ConsoleQueue.class, EscapingAppender.class);
    }

    @Test
    void anotherApplicationOfTheSameJvmChangesNothing() {
        root.addAppender(new ConsoleAppender<>());
        root.addAppender(new ListAppender<>());
        AppenderInstaller.install(logback, PROPERTIES);
        List<Appender<ILoggingEvent>> first = appenders();

        AppenderInstaller.install(logback, PROPERTIES);

        assertThat(appenders()).isEqualTo(first);
    }

    private List<Appender<ILoggingEvent>> appenders() {
        List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
        root.iteratorForAppenders().forEachRemaining(appenders::add);
        return appenders;
    }
}
