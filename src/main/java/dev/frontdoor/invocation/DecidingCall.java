package dev.frontdoor.invocation;

import java.util.function.Supplier;

/** Which registration the present thread decides, by a call to a notifier. */
public final class DecidingCall {

    private static final ScopedValue<Long> PID = ScopedValue.newInstance();

    private DecidingCall() {}

    /** Runs a call that decides the registration of a pid. */
    static CallResult run(long pid, Supplier<CallResult> call) {
        return ScopedValue.where(PID, pid).call(call::get);
    }

    /** Whether this thread is in a call that decides the registration of this pid. */
    public static boolean isRunningFor(long pid) {
        return PID.isBound() && PID.get() == pid;
    }
}
