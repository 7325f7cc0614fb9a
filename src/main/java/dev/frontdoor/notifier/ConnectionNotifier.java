package dev.frontdoor.notifier;

import dev.frontdoor.protocol.WorkerRegistration;

/**
 * The application's say in which workers it takes. Every Spring bean of this type is asked about
 * every registration that its settings ({@code frontdoor.notifiers.beans.NAME}) let through; a
 * worker is told that it is accepted only after all of them have returned.
 *
 * <p><b>Threads.</b> Each call runs on a virtual thread of its own, never on an event loop, so
 * blocking is welcome. Calls for one pid never overlap and keep their order; calls for different
 * pids run at once, up to {@code max-concurrent-calls}.
 *
 * <p><b>Order.</b> Spring's ({@code @Order}, {@code Ordered}), then the bean name; the reverse when
 * a registration is undone or ends.
 *
 * <p><b>Time.</b> A call, with the wait for its turn, has the time limit {@code timeout}. One that
 * overruns it is interrupted and counts as failed; should it return normally all the same, it is
 * undone. Until it has ended it keeps its place among the concurrent calls, and this notifier gets
 * no other call for that pid.
 *
 * <p><b>Repetition.</b> A worker may register again on its connection. This notifier is then told
 * of the new registration, which replaces the one it held; and if somebody later in the order
 * refuses that, of the old one again. So a registration replaces whatever was known of its pid. A
 * notifier that does not take the new registration is told that the pid is unregistered.
 */
public interface ConnectionNotifier {

    /**
     * Takes the worker on by returning, or turns it away by throwing. A notifier that has returned
     * holds the pid until {@link #onWorkerUnregistered}; one that threw holds what it held before.
     *
     * @param pid the connection, unique in this instance's life and never reused
     * @param registration what the worker declares
     * @throws RegistrationRejectedException to reject with exactly that reason
     * @throws RuntimeException anything else rejects with {@code notifier 'NAME' failed} and is
     *     logged; its text never reaches the worker
     */
    void onWorkerRegistered(long pid, WorkerRegistration registration);

    /**
     * The worker is gone, or its registration was undone. Called exactly once for each pid this
     * notifier holds, also if it throws: what it throws is logged, counted and stops nothing.
     *
     * @param pid the connection that no longer stands for a registered worker
     */
    void onWorkerUnregistered(long pid);

    /**
     * Whether this notifier wants a say in such a worker at all. Asked as part of the call to
     * {@link #onWorkerRegistered}, after the settings have let the registration through, on the
     * same thread and under the same time limit; a throw counts as that call's failure.
     *
     * @param registration what the worker declares
     */
    default boolean takes(WorkerRegistration registration) {
        return true;
    }

    /**
     * Offers what a worker that this notifier holds has published. Holders are asked in their
     * order, and the first that consumes it ends the matter. A throw or an overrun is logged and
     * counted, and the next is asked.
     *
     * @param pid the connection it came from
     * @param channel the channel the worker named
     * @param payload the published content, this call's own copy
     * @return whether it was consumed
     */
    default boolean onChannelPublish(long pid, String channel, byte[] payload) {
        return false;
    }
}
