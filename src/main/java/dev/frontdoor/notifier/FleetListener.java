package dev.frontdoor.notifier;

import dev.frontdoor.protocol.WorkerRegistration;

/**
 * Learns what becomes of the workers of instances that have died. Every Spring bean of this type is
 * called, if {@code frontdoor.directory.enabled} is set.
 *
 * <p><b>Where.</b> One of the instances that are left cleans up after a dead one, and calls the
 * listeners there, one worker after the other, on one thread. A call may block. What it throws is
 * logged, and has no other effect.
 *
 * <p><b>Repetition.</b> One instance calls {@link #onWorkerLost} and {@link #onWorkerMoved} at most
 * once for a worker of an epoch. If it dies before it has recorded the calls, another instance
 * repeats up to a hundred of them. So a receiver that several instances share keeps the pairs of
 * instance and pid that it has processed, and ignores a repeated one unless {@link
 * #onWorkerReturned} came in between.
 *
 * <p>No argument is null. A registration comes without its activities, which the directory does not
 * keep.
 */
public interface FleetListener {

    /**
     * Called when the instance of a worker has died, or was cut off for longer than its lease, and
     * the worker was not seen elsewhere. {@link ConnectionNotifier#onWorkerUnregistered} is not
     * called for it, unless the instance is still there.
     *
     * @param instance the instance that the worker was connected to
     * @param pid the number of its connection
     * @param registration what the worker declared
     */
    void onWorkerLost(String instance, long pid, WorkerRegistration registration);

    /**
     * Called instead of {@link #onWorkerLost} when a worker of the same identity, task queue and
     * namespaces has connected to another instance since the dead instance last renewed its lease.
     *
     * @param instance the instance that the worker was connected to
     * @param pid the number of its connection there
     * @param registration what the worker declared there
     * @param to the worker now
     */
    default void onWorkerMoved(
            String instance, long pid, WorkerRegistration registration, FleetWorker to) {}

    /**
     * Called when a worker that was reported lost turns out to be connected: its instance was only
     * frozen or cut off, and is back.
     *
     * @param instance the instance that the worker is connected to
     * @param pid the number of its connection
     * @param registration what the worker declares now
     */
    default void onWorkerReturned(String instance, long pid, WorkerRegistration registration) {}
}
