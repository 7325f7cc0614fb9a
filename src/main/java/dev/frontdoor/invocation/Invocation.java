package dev.frontdoor.invocation;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.observation.Observation;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * One call to a notifier. Its mutable fields belong to the lock of its {@link NotifierReconciler}.
 */
final class Invocation {

    final CallKind callback;
    final @Nullable WorkerRegistration registration;
    final Sample timing;

    private final Question question;
    private final @Nullable Consumer<CallResult> asker;

    /** The thread that is inside the notifier now. */
    @Nullable Thread caller;

    /** Whether it has ended or overrun. */
    boolean over;

    /** What ends it at its time limit. */
    Future<?> limit = CompletableFuture.completedFuture(null);

    private Invocation(
            CallKind callback,
            @Nullable WorkerRegistration registration,
            Sample timing,
            @Nullable Consumer<CallResult> asker,
            Question question) {
        this.callback = callback;
        this.registration = registration;
        this.timing = timing;
        this.asker = asker;
        this.question = question;
    }

    /** Asks whether it takes a registration. */
    static Invocation register(
            CallKind callback,
            long pid,
            WorkerRegistration registration,
            Sample timing,
            Consumer<CallResult> asker) {
        return new Invocation(
                callback,
                registration,
                timing,
                asker,
                notifier -> {
                    boolean takes = notifier.takes(registration);
                    if (takes) {
                        notifier.onWorkerRegistered(pid, registration);
                    }
                    return takes;
                });
    }

    /** Tells of a registration that it took before. */
    static Invocation restore(long pid, WorkerRegistration registration, Sample timing) {
        return new Invocation(
                CallKind.RESTORED,
                registration,
                timing,
                null,
                notifier -> {
                    notifier.onWorkerRegistered(pid, registration);
                    return true;
                });
    }

    static Invocation unregister(long pid, Sample timing) {
        return new Invocation(
                CallKind.UNREGISTERED,
                null,
                timing,
                null,
                notifier -> {
                    notifier.onWorkerUnregistered(pid);
                    return true;
                });
    }

    static Invocation publish(
            long pid, String channel, byte[] payload, Sample timing, Consumer<CallResult> asker) {
        return new Invocation(
                CallKind.PUBLISHED,
                null,
                timing,
                asker,
                notifier -> notifier.onChannelPublish(pid, channel, payload.clone()));
    }

    /** Whether this tells what must be told, rather than asks what somebody waits for. */
    boolean isTold() {
        return asker == null;
    }

    /** Lets whoever asked go on, on this thread. */
    void answer(CallResult answer) {
        if (asker != null) {
            asker.accept(answer);
        }
    }

    /** Makes the call. Whatever the notifier throws becomes an answer. */
    CallResult make(ConnectionNotifier notifier) {
        try (Observation.Scope _ = timing.observation().openScope()) {
            return question.put(notifier) ? new CallResult.Yes() : new CallResult.No();
        } catch (RegistrationRejectedException e) {
            return registration == null
                    ? new CallResult.Failed(e)
                    : new CallResult.Rejected(e.reason());
        } catch (Throwable e) {
            return new CallResult.Failed(e);
        }
    }

    @FunctionalInterface
    private interface Question {
        boolean put(ConnectionNotifier notifier) throws Exception;
    }
}
