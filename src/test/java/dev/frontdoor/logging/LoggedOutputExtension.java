package dev.frontdoor.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.slf4j.LoggerFactory;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Spring Boot's {@link OutputCaptureExtension} for tests of the log. After a service was started in
 * the JVM, a {@link ConsoleQueue} writes the console on a thread of its own. With this extension a
 * test sees all lines that were logged before it looks, and none that were logged before it began.
 */
public final class LoggedOutputExtension
        implements BeforeAllCallback,
                AfterAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                ParameterResolver {

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    /** Its constructor is meant for JUnit only. */
    private final OutputCaptureExtension capture =
            BeanUtils.instantiateClass(OutputCaptureExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        awaitWritten();
        capture.beforeAll(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        awaitWritten();
        capture.beforeEach(context);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        awaitWritten();
        capture.afterEach(context);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        awaitWritten();
        capture.afterAll(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
        return capture.supportsParameter(parameter, extension);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
        return new Written((CapturedOutput) capture.resolveParameter(parameter, extension));
    }

    private static void awaitWritten() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
            logback.getLoggerList().forEach(LoggedOutputExtension::awaitWritten);
        }
    }

    private static void awaitWritten(Logger logger) {
        logger.iteratorForAppenders()
                .forEachRemaining(appender -> {
                    if (appender instanceof ConsoleQueue queue && queue.isStarted()) {
                        awaitWritten(queue);
                    }
                });
    }

    private static void awaitWritten(ConsoleQueue queue) {
        long deadline = System.nanoTime() + MAX_WAIT.toNanos();
        while (queue.waiting() > 0) {
            assertThat(System.nanoTime()).as("the console takes no lines").isLessThan(deadline);
            LockSupport.parkNanos(100_000);
        }
    }

    /** What was written, once all lines are. */
    private record Written(CapturedOutput captured) implements CapturedOutput {

        @Override
        public String getAll() {
            awaitWritten();
            return captured.getAll();
        }

        @Override
        public String getOut() {
            awaitWritten();
            return captured.getOut();
        }

        @Override
        public String getErr() {
            awaitWritten();
            return captured.getErr();
        }

        @Override
        public String toString() {
            return getAll();
        }
    }
}
