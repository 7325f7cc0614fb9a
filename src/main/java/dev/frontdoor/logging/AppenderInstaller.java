package dev.frontdoor.logging;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;

import io.micrometer.core.instrument.Clock;

import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Puts a {@link ConsoleQueue} before each console appender, and an {@link EscapingAppender} before
 * every other. It runs once Spring Boot has configured Logback, so that all of Boot's logging
 * settings, and a Logback file of the operator, apply as they are.
 */
final class AppenderInstaller
        implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(2);

    @Override
    public int getOrder() {
        return LoggingApplicationListener.DEFAULT_ORDER + 1;
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        LoggingProperties properties = bind(event.getEnvironment());
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
            install(logback, properties);
        }
    }

    /**
     * Binds before there are beans. Spring Boot checks the values later, with the validator of all
     * settings; another one here would be a tenth of a second of each start.
     */
    private static LoggingProperties bind(Environment environment) {
        return Binder.get(environment)
                .bindOrCreate(LoggingProperties.PREFIX, LoggingProperties.class);
    }

    static void install(LoggerContext logback, LoggingProperties properties) {
        IdentityHashMap<Appender<ILoggingEvent>, Appender<ILoggingEvent>> before =
                new IdentityHashMap<>();
        for (Logger logger : logback.getLoggerList()) {
            for (Appender<ILoggingEvent> appender : appenders(logger)) {
                // Another application of the same JVM keeps the queue of the first, and its size.
                if (!isInstalled(appender)) {
                    logger.detachAppender(appender);
                    logger.addAppender(
                            before.computeIfAbsent(appender, _ -> start(appender, properties)));
                }
            }
        }
    }

    private static boolean isInstalled(Appender<ILoggingEvent> appender) {
        return appender instanceof ConsoleQueue || appender instanceof EscapingAppender;
    }

    private static List<Appender<ILoggingEvent>> appenders(Logger logger) {
        List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
        logger.iteratorForAppenders().forEachRemaining(appenders::add);
        return appenders;
    }

    private static Appender<ILoggingEvent> start(
            Appender<ILoggingEvent> appender, LoggingProperties properties) {
        Appender<ILoggingEvent> before =
                appender instanceof ConsoleAppender
                        ? new ConsoleQueue(
                                appender,
                                Math.max(
                                        properties.queueSize().toBytes(),
                                        LoggingProperties.MIN_QUEUE_SIZE),
                                FLUSH_TIMEOUT,
                                Clock.SYSTEM)
                        : new EscapingAppender(appender);
        before.start();
        return before;
    }
}
