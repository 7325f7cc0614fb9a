package dev.frontdoor.invocation;

import java.util.function.Supplier;

/** The call to a notifier that the present thread makes. */
public final class CurrentCall {

    private static final ScopedValue<Long> PID = ScopedValue.newInstance();

    private CurrentCall() {}

    /** Makes a call for a pid. */
    static CallResult run(long pid, Supplier<CallResult> call) {
        return ScopedValue.where(PID, pid).call(call::get);
    }

    /** Whether this thread is in a call for this pid. */
    public static boolean isFor(long pid) {
        return PID.isBound() && PID.get() == pid;
    }
}
