package dev.frontdoor.invocation.thread;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock for which threads wait asleep. Whoever waits for a monitor keeps its processor busy for a
 * while, and with one processor the owner cannot release the monitor meanwhile. Used as {@code try
 * (Mutex _ = mutex.lock())}.
 */
final class Mutex implements AutoCloseable {

    private final Lock lock = new ReentrantLock();

    Mutex lock() {
        lock.lock();
        return this;
    }

    /** Releases the lock, which the thread has. */
    @Override
    public void close() {
        lock.unlock();
    }
}
