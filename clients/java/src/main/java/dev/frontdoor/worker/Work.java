package dev.frontdoor.worker;

import java.util.concurrent.Callable;
import java.util.function.BiConsumer;

/** Foreign code on a thread of its own. Canceling interrupts it; its result comes all the same. */
final class Work<T> implements Runnable {

    private final Callable<T> code;
    private final BiConsumer<T, Throwable> result;
    private Thread runner;
    private boolean canceled;

    Work(Callable<T> code, BiConsumer<T, Throwable> result) {
        this.code = code;
        this.result = result;
    }

    @Override
    public void run() {
        T value = null;
        Throwable error = null;
        try {
            begin();
            value = code.call();
        } catch (Throwable e) {
            error = e;
        }
        finish();
        result.accept(value, error);
    }

    private synchronized void begin() throws InterruptedException {
        if (canceled) {
            throw new InterruptedException("canceled before it began");
        }
        runner = Thread.currentThread();
    }

    /** An interrupt that came too late must not hit what this thread does next. */
    private synchronized void finish() {
        runner = null;
        Thread.interrupted();
    }

    synchronized void cancel() {
        canceled = true;
        if (runner != null) {
            runner.interrupt();
        }
    }
}
