package dev.frontdoor.bench.notifier;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.protocol.WorkerRegistration;

import java.util.concurrent.locks.LockSupport;

/** Never answers, and does not mind being interrupted. */
final class Stalled implements ConnectionNotifier {

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        while (true) {
            LockSupport.park(this);
            Thread.interrupted();
        }
    }

    @Override
    public void onWorkerUnregistered(long pid) {}
}
