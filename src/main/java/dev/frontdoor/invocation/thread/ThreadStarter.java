package dev.frontdoor.invocation.thread;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/** Starts threads, unless the system had none left a moment ago. Used by one thread at a time. */
final class ThreadStarter {

    private static final Logger log = LoggerFactory.getLogger(ThreadStarter.class);

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final ThreadFactory factory;
    private boolean exhausted;
    private long triedAt;

    ThreadStarter(ThreadFactory factory) {
        this.factory = factory;
    }

    /** Starts a thread for this; false if the system has none left. */
    boolean start(PooledThread pooled) {
        long now = System.nanoTime();
        if (exhausted && now - triedAt < PAUSE.toNanos()) {
            return false;
        }
        triedAt = now;
        Thread thread = factory.newThread(pooled);
        pooled.thread = thread;
        exhausted = true;
        try {
            thread.start();
            exhausted = false;
        } catch (Throwable e) {
            log.error("thread {} could not be started", thread.getName(), e);
        }
        return !exhausted;
    }
}
