package dev.frontdoor.invocation.thread;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

class ThreadStarterTests {

    private final AtomicInteger attempts = new AtomicInteger();
    private final PooledThread pooled = new PooledThread(new PlatformThreads("test", 1));

    @Test
    void aSystemWithoutThreadsIsNotAskedEachTime() {
        ThreadStarter starter = new ThreadStarter(ScarceThread::new);

        assertThat(IntStream.range(0, 1_000).filter(_ -> starter.start(pooled))).isEmpty();

        assertThat(attempts).hasPositiveValue().hasValueLessThan(1_000);
    }

    /** A thread that the system cannot start. */
    private final class ScarceThread extends Thread {

        ScarceThread(Runnable task) {
            super(task);
        }

        @Override
        public synchronized void start() {
            attempts.incrementAndGet();
            throw new OutOfMemoryError("scripted");
        }
    }
}
