package dev.frontdoor.invocation;

import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One entry of the ledger: what one notifier holds of one pid, and what it is to hold.
 *
 * <p>While {@code held} is not {@code wanted}, or a question waits, one thread calls the notifier
 * until that is mended: that of whoever asked, or a virtual thread of its own. So its calls never
 * overlap, and a call that took a registration after its time limit is undone before anything else
 * is asked. The lock guards the fields and is never held in a call.
 */
public final class NotifierReconciler {

    private static final Logger log = LoggerFactory.getLogger(NotifierReconciler.class);

    private final long pid;
    private final Notifier bean;
    private final Timeouts limits;
    private final Runnable notPutBack;

    private @Nullable WorkerRegistration held;
    private @Nullable WorkerRegistration wanted;

    /** What was wanted before the last registration was taken, for {@link #undo}. */
    private @Nullable WorkerRegistration earlier;

    private @Nullable Invocation question;
    private volatile @Nullable String identity;
    private boolean working;

    /** What goes on when nothing is left to tell; null if nobody waits for that. */
    private @Nullable Runnable atRest;

    /** The notifier would not have its earlier registration back; only an end mends that. */
    private boolean stuck;

    /**
     * A new entry, of a notifier that holds nothing.
     *
     * @param limits ends waiting and interrupts calls at their time limit
     * @param notPutBack called when the notifier cannot be told of its earlier registration again;
     *     must not block
     */
    public NotifierReconciler(long pid, Notifier bean, Timeouts limits, Runnable notPutBack) {
        this.pid = pid;
        this.bean = bean;
        this.limits = limits;
        this.notPutBack = notPutBack;
    }

    public Notifier bean() {
        return bean;
    }

    public synchronized boolean isHolder() {
        return held != null;
    }

    /**
     * Tells the notifier of a registration. The answer comes once: on this thread when the call is
     * over, or on another if this one is still in the call at its time limit, or was not needed.
     */
    public void offer(WorkerRegistration registration, Sample cause, Consumer<CallResult> asker) {
        CallKind callback;
        identity = registration.identity();
        synchronized (this) {
            callback = wanted == null ? CallKind.REGISTERED : CallKind.REPLACED;
        }
        Sample timing = bean.calls().asked(callback, pid, cause);
        ask(Invocation.register(callback, pid, registration, timing, asker));
    }

    /**
     * Offers a publication; the answer comes as that of {@link #offer}. One whose turn comes when
     * the pid is no longer held is not put to the notifier.
     */
    public void publish(String channel, byte[] payload, Consumer<CallResult> asker) {
        Sample timing = bean.calls().asked(CallKind.PUBLISHED, pid, null);
        ask(Invocation.publish(pid, channel, payload, timing, asker));
    }

    /** Puts back what the last offer replaced, and waits for it, at most the time limit. */
    public void undo() {
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

    /** Has the notifier told that the pid is unregistered, if it holds it or turns out to. */
    public synchronized void release() {
        wanted = null;
        stuck = false;
        work();
    }

    /**
     * As {@link #release()}, on this thread, which then goes on; another does, once, if this is not
     * over at the time limit.
     */
    public void release(Runnable then) {
        synchronized (this) {
            wanted = null;
            stuck = false;
            Future<?> limit = limits.after(bean.timeout(), this::restOverdue);
            atRest =
                    () -> {
                        limit.cancel(false);
                        then.run();
                    };
            if (working) {
                return;
            }
            working = true;
        }
        callUntilDone();
    }

    private synchronized void restOverdue() {
        if (atRest != null) {
            Thread.ofVirtual().name("end-" + pid).start(atRest);
            atRest = null;
        }
    }

    /**
     * Waits until no call is under way and none is due, at most the notifier's time limit.
     *
     * @return whether the notifier holds what it should
     */
    synchronized boolean awaitRest() {
        long end = System.nanoTime() + Timeouts.nanos(bean.timeout());
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

    private void ask(Invocation call) {
        call.limit = limit(call);
        synchronized (this) {
            if (call.over) {
                return;
            }
            question = call;
            if (working) {
                return;
            }
            working = true;
        }
        callUntilDone();
    }

    /** Starts a thread that calls, unless one is at work or nothing is to be told. */
    private void work() {
        if (!working && mustTell()) {
            working = true;
            Thread.ofVirtual().name(bean.name() + "-" + pid).start(this::callUntilDone);
        }
    }

    /** Calls while there is something to tell or to ask, then lets those who wait go on. */
    private void callUntilDone() {
        Runnable goOn = () -> {};
        Runnable rested;
        try (WorkerMdc _ = WorkerMdc.of(pid, identity)) {
            while (true) {
                Invocation waiting;
                synchronized (this) {
                    if (!mustTell() && question == null) {
                        working = false;
                        rested = atRest;
                        atRest = null;
                        notifyAll();
                        break;
                    }
                    waiting = mustTell() ? null : question;
                }
                if (awaitPermit(waiting)) {
                    try {
                        goOn = callNext(goOn);
                    } finally {
                        bean.permits().release();
                    }
                }
            }
        }
        try {
            goOn.run();
        } finally {
            if (rested != null) {
                rested.run();
            }
        }
    }

    /** Whether the notifier must be told something; that goes before any question. */
    private boolean mustTell() {
        return !isSettled() && !stuck;
    }

    @SuppressWarnings("ReferenceEquality") // an equal registration that came later is another one
    private boolean isSettled() {
        return held == wanted;
    }

    /**
     * A question waits for its place until its time limit; what must be told, until there is one.
     */
    private boolean awaitPermit(@Nullable Invocation call) {
        if (call == null) {
            bean.permits().acquireUninterruptibly();
            return true;
        }
        long left = Math.max(Timeouts.nanos(bean.timeout()) - call.timing.nanos(), 1);
        try {
            if (bean.permits().tryAcquire(left, TimeUnit.NANOSECONDS)) {
                return true;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("only a call is ever interrupted", e);
        }
        overrun(call);
        return false;
    }

    /**
     * Makes the call that is due now that there is a place: the wait may have changed that.
     *
     * @return what lets the asker of this call go on; what was given if nobody waits for it
     */
    private Runnable callNext(Runnable goOn) {
        Invocation call;
        boolean moot;
        synchronized (this) {
            call = mustTell() ? tell() : question;
            if (call == null) {
                return goOn;
            }
            moot = call.callback == CallKind.PUBLISHED && held == null;
            call.caller = Thread.currentThread();
        }
        if (call.isTold()) {
            call.limit = limit(call);
        }
        CallResult answer = moot ? new CallResult.Moot() : call.make(bean.notifier());
        boolean inTime = end(call, answer);
        return inTime && !call.isTold() ? () -> call.answer(answer) : goOn;
    }

    private Invocation tell() {
        WorkerRegistration toHold = wanted;
        if (toHold != null) {
            Sample timing = bean.calls().asked(CallKind.RESTORED, pid, null);
            return Invocation.restore(pid, toHold, timing);
        }
        held = null;
        bean.calls().letGo();
        return Invocation.unregister(pid, bean.calls().asked(CallKind.UNREGISTERED, pid, null));
    }

    /** Writes down what a call came to; false if it had overrun. */
    private boolean end(Invocation call, CallResult answer) {
        boolean late;
        boolean notRestored;
        synchronized (this) {
            call.caller = null;
            late = call.over;
            close(call);
            boolean taken = call.registration != null && answer instanceof CallResult.Yes;
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
            notRestored = call.callback == CallKind.RESTORED && !taken;
            if (notRestored) {
                stuck = true;
                notifyAll();
            }
            Thread.interrupted(); // one that came for this call and found it over
        }
        call.limit.cancel(false);
        count(call, answer, late);
        if (notRestored) {
            notPutBack.run();
        }
        return !late;
    }

    private void close(Invocation call) {
        call.over = true;
        if (call == question) {
            question = null;
        }
    }

    private Future<?> limit(Invocation call) {
        return limits.after(bean.timeout(), () -> overrun(call));
    }

    /** Lets go of a call at its time limit: whoever asked goes on, and the call is interrupted. */
    private void overrun(Invocation call) {
        synchronized (this) {
            if (call.over) {
                return;
            }
            close(call);
            if (call.caller != null) {
                call.caller.interrupt();
            }
        }
        try (WorkerMdc _ = WorkerMdc.of(pid, identity)) {
            log.warn(
                    "pid {}: notifier '{}' overran its {} ({})",
                    pid,
                    bean.name(),
                    bean.timeout(),
                    call.callback);
        }
        count(call, new CallResult.Overran(), false);
        if (!call.isTold()) {
            Runnable goOn = () -> call.answer(new CallResult.Overran());
            Thread.ofVirtual().name("overrun-" + pid).start(goOn);
        }
        if (call.callback == CallKind.RESTORED) {
            notPutBack.run();
        }
    }

    private void count(Invocation call, CallResult answer, boolean late) {
        if (answer instanceof CallResult.Failed(Throwable thrown)) {
            log.error("pid {}: notifier '{}' failed ({})", pid, bean.name(), call.callback, thrown);
        }
        if (!late) {
            boolean passed = call.registration != null && answer instanceof CallResult.No;
            CallOutcome outcome = passed ? CallOutcome.PASSED : answer.outcome();
            bean.calls().ended(call, outcome, answer.error());
        } else if (answer instanceof CallResult.Yes) {
            bean.calls().endedLate(call);
        }
    }
}
