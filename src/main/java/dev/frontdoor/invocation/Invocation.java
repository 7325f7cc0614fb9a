package dev.frontdoor.invocation;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.DrainNotice;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

/**
 * What a notifier is called with.
 *
 * @param kind what the call is about
 * @param registration what the notifier holds if it accepts; null for other calls
 * @param method the call itself; false if the notifier declines
 */
record Invocation(CallKind kind, @Nullable WorkerRegistration registration, Method method) {

    /** Asks whether the notifier accepts a registration. */
    static Invocation register(CallKind kind, long pid, WorkerRegistration registration) {
        return new Invocation(
                kind,
                registration,
                notifier -> {
                    boolean takes = notifier.takes(registration);
                    if (takes) {
                        notifier.onWorkerRegistered(pid, registration);
                    }
                    return takes;
                });
    }

    /** Notifies of a registration that the notifier accepted before. */
    static Invocation restore(long pid, WorkerRegistration registration) {
        return new Invocation(
                CallKind.RESTORED,
                registration,
                notifier -> {
                    notifier.onWorkerRegistered(pid, registration);
                    return true;
                });
    }

    static Invocation unregister(long pid) {
        return new Invocation(
                CallKind.UNREGISTERED,
                null,
                notifier -> {
                    notifier.onWorkerUnregistered(pid);
                    return true;
                });
    }

    static Invocation admit(long pid) {
        return new Invocation(
                CallKind.ADMITTED,
                null,
                notifier -> {
                    notifier.onWorkerAdmitted(pid);
                    return true;
                });
    }

    static Invocation drain(DrainNotice notice) {
        return new Invocation(
                CallKind.DRAIN,
                null,
                notifier -> {
                    notifier.onDrain(notice);
                    return true;
                });
    }

    static Invocation publish(long pid, String channel, byte[] payload) {
        return new Invocation(
                CallKind.PUBLISHED,
                null,
                notifier -> notifier.onChannelPublish(pid, channel, payload.clone()));
    }

    /** Calls the notifier. Whatever it throws becomes the result. */
    CallResult run(ConnectionNotifier notifier) {
        try {
            return method.call(notifier) ? new CallResult.Accepted() : new CallResult.Declined();
        } catch (RegistrationRejectedException e) {
            return registration == null
                    ? new CallResult.Failed(e)
                    : new CallResult.Rejected(e.reason());
        } catch (Throwable e) {
            return new CallResult.Failed(e);
        }
    }

    /** A call of one method of the notifier. */
    @FunctionalInterface
    interface Method {
        boolean call(ConnectionNotifier notifier) throws Exception;
    }
}
