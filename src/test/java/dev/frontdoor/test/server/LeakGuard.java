package dev.frontdoor.test.server;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Fails a test class that leaks a buffer. Netty detects a leak when the garbage collector finds a
 * buffer that was not released, and logs it when the next buffer is allocated.
 */
public final class LeakGuard implements BeforeAllCallback, AfterAllCallback {

    private static final ListAppender<ILoggingEvent> REPORTS = new ListAppender<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        watch();
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        List<String> leaks = leaks();
        if (!leaks.isEmpty()) {
            throw new AssertionError("buffers were not released:\n" + String.join("\n", leaks));
        }
    }

    /** Starts to record leaks; requires that every buffer is tracked. */
    static synchronized void watch() {
        if (ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID) {
            throw new IllegalStateException(
                    "tests run with -Dio.netty.leakDetection.level=paranoid");
        }
        // Each starting context resets logging, which removes this appender.
        Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
        REPORTS.start();
        logger.detachAppender(REPORTS);
        logger.addAppender(REPORTS);
    }

    /** The leaks since the last call. */
    static synchronized List<String> leaks() throws InterruptedException {
        collectGarbage();
        // By the end of another collection, all that the first one found is known.
        collectGarbage();
        PooledByteBufAllocator.DEFAULT.buffer(16).release();
        List<String> leaks = new ArrayList<>();
        for (ILoggingEvent report : REPORTS.list) {
            leaks.add(report.getFormattedMessage());
        }
        REPORTS.list.clear();
        return leaks;
    }

    private static void collectGarbage() throws InterruptedException {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        var garbage = new WeakReference<>(new Object(), collected);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!garbage.refersTo(null) || collected.remove(100) == null) {
            if (System.nanoTime() > end) {
                throw new AssertionError("no garbage was collected within 20 seconds");
            }
            System.gc();
        }
    }
}
