package dev.frontdoor.notifier;

import dev.frontdoor.protocol.WorkerRegistration;

/**
 * A notifier is called when a worker registers, and may reject it; and again when the worker
 * disconnects. Every Spring bean of this type is a notifier. Settings under {@code
 * frontdoor.notifiers.beans.NAME} select the registrations that it is called for. The service
 * acknowledges a registration only after all of these calls have returned.
 *
 * <p><b>Threads.</b> Calls run on platform threads that belong to this notifier, {@code
 * notifier-NAME-1} and so on, never on an event loop, so they may block. Calls for one pid never
 * overlap, but may run on different threads. Calls for different pids run at the same time, up to
 * {@code max-concurrent-calls}. Publications have permits and threads of their own, up to {@code
 * max-concurrent-publications}, and {@link #onDrain} has one. So neither delays other calls.
 *
 * <p><b>Order.</b> For one registration, notifiers are called in Spring's order ({@code @Order},
 * {@code Ordered}), then by bean name. When a registration ends or is undone, the order is
 * reversed. Calls for one pid keep the order of their events: {@link #onWorkerRegistered}, then
 * {@link #onWorkerAdmitted} once the worker has its acknowledgment, then {@link #onChannelPublish}
 * and further registrations, and in the end {@link #onWorkerUnregistered}. {@link #onDrain} has no
 * order with them.
 *
 * <p><b>Timeout.</b> A call, including its wait for a permit, may take {@code timeout}. After that,
 * the service interrupts its thread and treats the call as failed. If the call later returns
 * normally, the service undoes it with {@link #onWorkerUnregistered}, or with the registration that
 * was held before. Until the call has returned, it keeps its permit, and this notifier receives no
 * other call for that pid.
 *
 * <p><b>Repetition.</b> A worker may register again on its connection. The new registration
 * replaces the one that this notifier holds. If the service then rejects the new registration,
 * {@link #onWorkerRegistered} is called once more with the old one. So each registration replaces
 * everything known about its pid. If this notifier does not take the new registration, {@link
 * #onWorkerUnregistered} is called.
 *
 * <p>No argument is null.
 */
public interface ConnectionNotifier {

    /**
     * Called when a worker registers. Returning accepts the worker, and this notifier then holds
     * the pid until {@link #onWorkerUnregistered}. Throwing rejects it, unless the exception is not
     * a {@link RegistrationRejectedException} and the setting {@code on-failure} is {@code ignore}.
     * After an exception, this notifier holds what it held before.
     *
     * <p>Called again for the same pid when the worker registers again, and when such a
     * registration is undone.
     *
     * @param pid the number of the connection, from 1, unique in one instance and never reused
     * @param registration what the worker declares; immutable
     * @throws RegistrationRejectedException to reject the worker with exactly this reason
     * @throws RuntimeException any other exception rejects the worker with {@code notifier 'NAME'
     *     failed} and is logged, with its stack at most once a minute; its message never reaches
     *     the worker
     */
    void onWorkerRegistered(long pid, WorkerRegistration registration);

    /**
     * Called when the service has acknowledged a registration, so that the worker can take work.
     * Called for each accepted registration of a pid that this notifier holds, also for one that
     * replaces another. {@link Workers} shows the worker from before this call on, and a push from
     * here on reaches it after the acknowledgment.
     *
     * <p>All notifiers that hold the pid are called at the same time. Until all of these calls have
     * returned or exceeded their timeout, the worker's next registration and its next publication
     * wait. {@link #onWorkerUnregistered} comes after this call, never before. If the connection
     * has ended before the call begins, the call is skipped.
     *
     * <p>An exception or a timeout is logged and counted, and has no other effect: the worker stays
     * registered, and the call does not count towards the suspension of this notifier. Not called
     * if the class does not override it, nor when an earlier registration is restored.
     *
     * @param pid the number of the connection
     */
    default void onWorkerAdmitted(long pid) {}

    /**
     * Called when the worker has disconnected, or when its registration was undone. Called once
     * each time this notifier stops holding the pid, and not repeated if it throws. If the worker
     * registers again on the same connection, this notifier may hold the pid again. An exception is
     * logged and counted, and has no other effect.
     *
     * @param pid the number of the connection
     */
    void onWorkerUnregistered(long pid);

    /**
     * Called before {@link #onWorkerRegistered} to ask whether this notifier is responsible for a
     * registration that its settings select. If not, the registration continues with the next
     * notifier. Runs on the same thread as {@code onWorkerRegistered} and within the same timeout.
     * An exception counts as a failure of that call. Not called when a registration is restored.
     *
     * @param registration what the worker declares; immutable
     * @return whether {@code onWorkerRegistered} is called
     */
    default boolean takes(WorkerRegistration registration) {
        return true;
    }

    /**
     * Called when a worker whose pid this notifier holds publishes a message. Holders are called in
     * order until one returns true. After an exception or a timeout, which is logged and counted,
     * the next holder is called. One publication is offered to this notifier at most once.
     *
     * @param pid the number of the connection
     * @param channel the channel that the worker names; may be empty
     * @param payload the content; a copy for this call
     * @return whether this notifier consumed the message
     */
    default boolean onChannelPublish(long pid, String channel, byte[] payload) {
        return false;
    }

    /**
     * Called when the service is about to close all connections, by a drain, or some of them, by an
     * eviction, before the first of them is closed. From here on, pushes to these workers fail. The
     * first close waits for this call at most for this notifier's timeout, and that time is a part
     * of the drain or eviction. Work that is pending may go on until the deadline.
     *
     * <p>Called once for each drain and each eviction. It runs on a thread of its own and has no
     * order with the calls for a pid: it may come before, during or after them. An exception or a
     * timeout is logged and counted, and has no other effect. Not called if the class does not
     * override it. If it is canceled, no call follows.
     *
     * @param notice what is closed, and by when
     */
    default void onDrain(DrainNotice notice) {}
}
