package dev.frontdoor.directory;

import dev.frontdoor.directory.DirtyPids.Dirty;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.core.instrument.Clock;

import org.springframework.core.Ordered;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Marks the workers whose entries differ from the live table. It is called last, so that entries
 * have the labels that other notifiers add.
 */
final class DirectoryNotifier implements ConnectionNotifier, Ordered {

    private final HeldWorkers held;
    private final DirtyPids dirty;
    private final boolean await;
    private final Duration timeout;
    private final Clock clock;

    /**
     * Marks workers.
     *
     * @param await whether a registration waits for its entry
     * @param timeout how long it waits
     */
    DirectoryNotifier(
            HeldWorkers held, DirtyPids dirty, boolean await, Duration timeout, Clock clock) {
        this.held = held;
        this.dirty = dirty;
        this.await = await;
        this.timeout = timeout;
        this.clock = clock;
    }

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        if (!await) {
            return;
        }
        boolean heldBefore = held.pids().contains(pid);
        held.offer(pid, registration, Instant.ofEpochMilli(clock.wallTime()));
        try {
            mark(pid).written().copy().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            withdraw(pid, heldBefore);
            Thread.currentThread().interrupt();
            throw unavailable();
        } catch (TimeoutException | ExecutionException _) {
            withdraw(pid, heldBefore);
            throw unavailable();
        }
    }

    @Override
    public void onWorkerAdmitted(long pid) {
        held.hold(pid);
        Dirty _ = mark(pid);
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        held.release(pid);
        Dirty _ = mark(pid);
    }

    private void withdraw(long pid, boolean heldBefore) {
        if (heldBefore) {
            held.hold(pid);
        } else {
            held.release(pid);
        }
        Dirty _ = mark(pid);
    }

    private Dirty mark(long pid) {
        return dirty.add(pid, clock.monotonicTime());
    }

    private static RegistrationRejectedException unavailable() {
        return new RegistrationRejectedException(
                "the directory of workers cannot be reached, retry in 5 s");
    }
}
