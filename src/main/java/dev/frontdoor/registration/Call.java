package dev.frontdoor.registration;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.observation.Observation;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** One call to a notifier. Its mutable fields belong to the lock of its {@link LedgerEntry}. */
final class Call {

    final Callback callback;
    final @Nullable WorkerRegistration registration;
    final Timing timing;

    private final Question question;
    private final @Nullable Consumer<Answer> asker;

    /** The thread that is inside the notifier now. */
    @Nullable Thread caller;

    /** Whether it has ended or overrun. */
    boolean over;

    /** What ends it at its time limit. */
    Future<?> limit = CompletableFuture.completedFuture(null);

    private Call(
            Callback callback,
            @Nullable WorkerRegistration registration,
            Timing timing,
            @Nullable Consumer<Answer> asker,
            Question question) {
        this.callback = callback;
        this.registration = registration;
        this.timing = timing;
        this.asker = asker;
        this.question = question;
    }

    /** Asks whether it takes a registration. */
    static Call register(
            Callback callback,
            long pid,
            WorkerRegistration registration,
            Timing timing,
            Consumer<Answer> asker) {
        return new Call(
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
    static Call restore(long pid, WorkerRegistration registration, Timing timing) {
        return new Call(
                Callback.RESTORED,
                registration,
                timing,
                null,
                notifier -> {
                    notifier.onWorkerRegistered(pid, registration);
                    return true;
                });
    }

    static Call unregister(long pid, Timing timing) {
        return new Call(
                Callback.UNREGISTERED,
                null,
                timing,
                null,
                notifier -> {
                    notifier.onWorkerUnregistered(pid);
                    return true;
                });
    }

    static Call publish(
            long pid, String channel, byte[] payload, Timing timing, Consumer<Answer> asker) {
        return new Call(
                Callback.PUBLISHED,
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
    void answer(Answer answer) {
        if (asker != null) {
            asker.accept(answer);
        }
    }

    /** Makes the call. Whatever the notifier throws becomes an answer. */
    Answer make(ConnectionNotifier notifier) {
        try (Observation.Scope _ = timing.observation().openScope()) {
            return question.put(notifier) ? new Answer.Yes() : new Answer.No();
        } catch (RegistrationRejectedException e) {
            return registration == null ? new Answer.Failed(e) : new Answer.Rejected(e.reason());
        } catch (Throwable e) {
            return new Answer.Failed(e);
        }
    }

    @FunctionalInterface
    private interface Question {
        boolean put(ConnectionNotifier notifier) throws Exception;
    }
}
