package dev.frontdoor.logging;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.Appender;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.slf4j.LoggerFactory;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Set;

/** Counts the log lines that the console queues dropped. Lines logged = lines written + dropped. */
final class LogMetrics implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("frontdoor.log.dropped", this, _ -> dropped())
                .description("Log lines that the console did not take in time")
                .register(registry);
    }

    private static double dropped() {
        Set<ConsoleQueue> queues = Collections.newSetFromMap(new IdentityHashMap<>());
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
            for (Logger logger : logback.getLoggerList()) {
                Iterator<? extends Appender<?>> appenders = logger.iteratorForAppenders();
                while (appenders.hasNext()) {
                    if (appenders.next() instanceof ConsoleQueue queue) {
                        queues.add(queue);
                    }
                }
            }
        }
        return queues.stream().mapToLong(ConsoleQueue::dropped).sum();
    }
}
