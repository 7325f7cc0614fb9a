package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.observation.Observation;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * One entry of the ledger: what one notifier holds of one pid, and what it is to hold.
 *
 * <p>While {@code held} is not {@code wanted}, or a question waits, one virtual thread calls the
 * notifier until that is mended. So its calls never overlap, and a call that took a registration
 * after its time limit is undone before anything else is asked. The lock guards the fields and is
 * never held in a call.
 */
final class LedgerEntry {

    private static final Logger log = LoggerFactory.getLogger(LedgerEntry.class);

    private final long pid;
    private final NotifierBean bean;
    private final TimeLimits limits;
    private final Runnable notPutBack;

    private @Nullable WorkerRegistration held;
    private @Nullable WorkerRegistration wanted;

    /** What was wanted before the last registration was taken, for {@link #undo}. */
    private @Nullable WorkerRegistration earlier;

    private @Nullable Call question;
    private volatile @Nullable String identity;
    private boolean working;

    /** The notifier would not have its earlier registration back; only an end mends that. */
    private boolean stuck;

    /**
     * A new entry, of a notifier that holds nothing.
     *
     * @param limits ends waiting and interrupts calls at their time limit
     * @param notPutBack called when the notifier cannot be told of its earlier registration again;
     *     must not block
     */
    LedgerEntry(long pid, NotifierBean bean, TimeLimits limits, Runnable notPutBack) {
        this.pid = pid;
        this.bean = bean;
        this.limits = limits;
        this.notPutBack = notPutBack;
    }

    NotifierBean bean() {
        return bean;
    }

    synchronized boolean isHolder() {
        return held != null;
    }

    /** Tells the notifier of a registration and waits for its answer, at most its time limit. */
    Answer offer(WorkerRegistration registration, Observation cause) {
        Callback callback;
        identity = registration.identity();
        synchronized (this) {
            callback = wanted == null ? Callback.REGISTERED : Callback.REPLACED;
        }
        return ask(Call.register(callback, pid, registration, observe(callback, cause)));
    }

    /**
     * Offers a publication and waits for the answer, at most the notifier's time limit. One whose
     * turn comes when the pid is no longer held is not put to the notifier.
     */
    Answer publish(String channel, byte[] payload) {
        return ask(Call.publish(pid, channel, payload, observe(Callback.PUBLISHED, null)));
    }

    /** Puts back what the last offer replaced, and waits for it, at most the time limit. */
    void undo() {
        boolean restoring;
        synchronized (this) {
            wanted = earlier;
            restoring = wanted != null;
            work();
        }
        if (!awaitRest() && restoring) {
            notPutBack.run();
        }
    }

    /** Has the notifier told of the pid's end if it holds it, or once it turns out to. */
    synchronized void release() {
        wanted = null;
        stuck = false;
        work();
    }

    /**
     * Waits until no call is under way and none is due, at most the notifier's time limit.
     *
     * @return whether the notifier holds what it should
     */
    synchronized boolean awaitRest() {
        long end = System.nanoTime() + TimeLimits.nanos(bean.timeout());
        try {
            while (working && !stuck) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    break;
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return isSettled();
    }

    private Answer ask(Call call) {
        Future<?> limit = limit(call);
        synchronized (this) {
            question = call;
            work();
        }
        Answer answer = call.answer.join();
        limit.cancel(false);
        return answer;
    }

    /** Starts the thread that calls, unless one is at work or nothing is to be done. */
    private void work() {
        if (!working && (mustTell() || isAsked())) {
            working = true;
            Thread.ofVirtual().name(bean.name() + "-" + pid).start(this::callUntilDone);
        }
    }

    private void callUntilDone() {
        try (WorkerFields _ = WorkerFields.of(pid, identity)) {
            while (true) {
                Call waiting;
                synchronized (this) {
                    if (!mustTell() && !isAsked()) {
                        working = false;
                        notifyAll();
                        return;
                    }
                    waiting = mustTell() ? null : question;
                }
                if (awaitPlace(waiting)) {
                    try {
                        callNext();
                    } catch (RuntimeException e) {
                        log.error("pid {}: a call to '{}' was not counted", pid, bean.name(), e);
                    } finally {
                        bean.places().release();
                    }
                }
            }
        }
    }

    /** Whether the notifier must be told something; that goes before any question. */
    private boolean mustTell() {
        return !isSettled() && !stuck;
    }

    private boolean isAsked() {
        return question != null && !question.over;
    }

    @SuppressWarnings("ReferenceEquality") // an equal registration that came later is another one
    private boolean isSettled() {
        return held == wanted;
    }

    /**
     * A question waits for its place until its time limit; what must be told, until there is one.
     */
    private boolean awaitPlace(@Nullable Call call) {
        if (call == null) {
            bean.places().acquireUninterruptibly();
            return true;
        }
        long left = Math.max(TimeLimits.nanos(bean.timeout()) - call.nanos(), 1);
        try {
            if (bean.places().tryAcquire(left, TimeUnit.NANOSECONDS)) {
                return true;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("only a call is ever interrupted", e);
        }
        overrun(call);
        return false;
    }

    /** Makes the call that is due now that there is a place: the wait may have changed that. */
    private void callNext() {
        Call call;
        boolean moot;
        synchronized (this) {
            call = mustTell() ? tell() : isAsked() ? question : null;
            if (call == null) {
                return;
            }
            moot = call.callback == Callback.PUBLISHED && held == null;
            call.caller = Thread.currentThread();
        }
        Future<?> limit = call.isTold() ? limit(call) : null;
        Answer answer = moot ? new Answer.Moot() : call.make(bean.notifier());
        if (limit != null) {
            limit.cancel(false);
        }
        end(call, answer);
    }

    private Call tell() {
        WorkerRegistration toHold = wanted;
        if (toHold != null) {
            Observation observation = observe(Callback.RESTORED, null);
            return Call.register(Callback.RESTORED, pid, toHold, observation);
        }
        held = null;
        bean.calls().letGo();
        return Call.unregister(pid, observe(Callback.UNREGISTERED, null));
    }

    private Observation observe(Callback callback, @Nullable Observation cause) {
        return bean.calls().asked(callback, pid, cause);
    }

    private void end(Call call, Answer answer) {
        boolean late;
        boolean notRestored;
        synchronized (this) {
            call.caller = null;
            late = call.over;
            call.over = true;
            boolean taken = call.registration != null && answer instanceof Answer.Yes;
            if (taken) {
                if (held == null) {
                    bean.calls().tookOn();
                }
                held = call.registration;
            }
            if (taken && !late && !call.isTold()) {
                earlier = wanted;
                wanted = held;
            }
            notRestored = call.callback == Callback.RESTORED && !taken;
            if (notRestored) {
                stuck = true;
                notifyAll();
            }
            Thread.interrupted(); // one that came for this call and found it over
        }
        try {
            count(call, answer, late);
        } finally {
            if (!late) { // else the overrun gives the answer, and may yet be about to
                call.answer.complete(answer);
            }
            if (notRestored) {
                notPutBack.run();
            }
        }
    }

    private Future<?> limit(Call call) {
        return limits.after(bean.timeout(), () -> overrun(call));
    }

    /** Lets go of a call at its time limit: whoever asked goes on, and the call is interrupted. */
    private void overrun(Call call) {
        synchronized (this) {
            if (call.over) {
                return;
            }
            call.over = true;
            if (call.caller != null) {
                call.caller.interrupt();
            }
        }
        try (WorkerFields _ = WorkerFields.of(pid, identity)) {
            log.warn(
                    "pid {}: notifier '{}' overran its {} ({})",
                    pid,
                    bean.name(),
                    bean.timeout(),
                    call.callback);
        }
        bean.calls().ended(call, CallOutcome.TIMEOUT, null);
        call.answer.complete(new Answer.Overran());
        if (call.callback == Callback.RESTORED) {
            notPutBack.run();
        }
    }

    private void count(Call call, Answer answer, boolean late) {
        if (answer instanceof Answer.Failed(Throwable thrown)) {
            log.error("pid {}: notifier '{}' failed ({})", pid, bean.name(), call.callback, thrown);
        }
        if (late) {
            if (answer instanceof Answer.Yes) {
                bean.calls().endedLate(call);
            }
        } else {
            boolean passed = call.registration != null && answer instanceof Answer.No;
            CallOutcome outcome = passed ? CallOutcome.PASSED : answer.outcome();
            bean.calls().ended(call, outcome, answer.error());
        }
    }
}
