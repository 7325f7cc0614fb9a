package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds a call inside a notifier until the test lets it go on. */
final class Gate {

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    /** Stays until the gate is opened; an interrupt is noted and changes nothing. */
    void stay() {
        entered.countDown();
        long end = System.nanoTime() + RegistrationFixture.MAX_WAIT.toNanos();
        while (opened.getCount() > 0 && System.nanoTime() < end) {
            try {
                awaitOpened();
            } catch (InterruptedException _) {
                interrupted.countDown();
            }
        }
    }

    /** Stays until the gate is opened, or an interrupt comes: then it throws. */
    void stayUnlessInterrupted() {
        entered.countDown();
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

    void awaitEntered() {
        await(entered);
    }

    void awaitInterrupted() {
        await(interrupted);
    }

    boolean wasEntered() {
        return entered.getCount() == 0;
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
