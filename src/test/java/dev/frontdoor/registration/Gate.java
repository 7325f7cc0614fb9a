package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Blocks a call inside a notifier until the test opens the gate. */
final class Gate {

    private final AtomicInteger entered = new AtomicInteger();
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    /** Blocks until the gate is opened. An interrupt is recorded and does not end it. */
    void stay() {
        entered.incrementAndGet();
        long end = System.nanoTime() + RegistrationFixture.MAX_WAIT.toNanos();
        while (opened.getCount() > 0 && System.nanoTime() < end) {
            try {
                awaitOpened();
            } catch (InterruptedException _) {
                interrupted.countDown();
            }
        }
    }

    /** Blocks until the gate is opened; throws when interrupted. */
    void stayUnlessInterrupted() {
        entered.incrementAndGet();
        try {
            awaitOpened();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw new IllegalStateException("interrupted", e);
        }
    }

    void open() {
        opened.countDown();
    }

    /** Waits until the first call is inside, or has been. */
    void awaitEntered() {
        awaitEntered(1);
    }

    /** Waits until so many calls are inside, or have been. */
    void awaitEntered(int calls) {
        RegistrationFixture.eventually().until(() -> entered.get() >= calls);
    }

    void awaitInterrupted() {
        await(interrupted);
    }

    boolean wasEntered() {
        return entered.get() > 0;
    }

    private void awaitOpened() throws InterruptedException {
        boolean _ = opened.await(RegistrationFixture.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(RegistrationFixture.MAX_WAIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
