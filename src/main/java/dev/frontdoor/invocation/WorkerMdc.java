package dev.frontdoor.invocation;

import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Gives the log lines of this thread the fields {@code pid} and {@code identity}, until it is
 * closed. Structured logs carry them, and those of notifiers with them.
 */
public final class WorkerMdc implements AutoCloseable {

    private static final String PID = "pid";
    private static final String IDENTITY = "identity";

    private WorkerMdc() {}

    /** The fields of a worker; without a pid if that is 0, without an identity if that is null. */
    public static WorkerMdc of(long pid, @Nullable String identity) {
        if (pid != NotifierCall.NO_PID) {
            MDC.put(PID, Long.toString(pid));
        }
        if (identity != null) {
            MDC.put(IDENTITY, DisplayText.of(identity));
        }
        return new WorkerMdc();
    }

    @Override
    public void close() {
        MDC.remove(PID);
        MDC.remove(IDENTITY);
    }
}
