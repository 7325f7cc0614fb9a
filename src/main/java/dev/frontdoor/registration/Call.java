package dev.frontdoor.registration;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.observation.Observation;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;

/** One call to a notifier. Its mutable fields belong to the lock of its {@link LedgerEntry}. */
final class Call {

    final Callback callback;
    final @Nullable WorkerRegistration registration;
    final CompletableFuture<Answer> answer = new CompletableFuture<>();
    final long asked = System.nanoTime();

    final Observation observation;

    private final Question question;

    /** The thread that is inside the notifier now. */
    @Nullable Thread caller;

    /** Whether it has ended or overrun. */
    boolean over;

    private Call(
            Callback callback,
            @Nullable WorkerRegistration registration,
            Observation observation,
            Question question) {
        this.callback = callback;
        this.registration = registration;
        this.observation = observation;
        this.question = question;
    }

    static Call register(
            Callback callback, long pid, WorkerRegistration registration, Observation observation) {
        return new Call(
                callback,
                registration,
                observation,
                notifier -> {
                    if (callback != Callback.RESTORED && !notifier.takes(registration)) {
                        return false;
                    }
                    notifier.onWorkerRegistered(pid, registration);
                    return true;
                });
    }

    static Call unregister(long pid, Observation observation) {
        return new Call(
                Callback.UNREGISTERED,
                null,
                observation,
                notifier -> {
                    notifier.onWorkerUnregistered(pid);
                    return true;
                });
    }

    static Call publish(long pid, String channel, byte[] payload, Observation observation) {
        return new Call(
                Callback.PUBLISHED,
                null,
                observation,
                notifier -> notifier.onChannelPublish(pid, channel, payload.clone()));
    }

    /** Whether this tells what must be told, rather than asks what somebody waits for. */
    boolean isTold() {
        return callback == Callback.UNREGISTERED || callback == Callback.RESTORED;
    }

    /** Nanoseconds since it was asked for. */
    long nanos() {
        return System.nanoTime() - asked;
    }

    /** Makes the call. Whatever the notifier throws becomes an answer. */
    Answer make(ConnectionNotifier notifier) {
        try (Observation.Scope _ = observation.openScope()) {
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
