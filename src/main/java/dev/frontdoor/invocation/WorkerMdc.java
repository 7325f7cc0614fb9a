package dev.frontdoor.invocation;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Gives the log lines of this thread the fields {@code pid} and {@code identity}, until it is
 * closed. Structured logs carry them, and those of notifiers with them.
 */
public final class WorkerMdc implements AutoCloseable {

    private static final String PID = "pid";
    private static final String IDENTITY = "identity";
    private static final int MAX_LENGTH = 200;

    private WorkerMdc() {}

    /** The fields of a worker; without an identity if that is null. */
    public static WorkerMdc of(long pid, @Nullable String identity) {
        MDC.put(PID, Long.toString(pid));
        if (identity != null) {
            MDC.put(IDENTITY, printable(identity));
        }
        return new WorkerMdc();
    }

    /** What a worker sent, as a log line may hold it: of bounded length and on one line. */
    public static String printable(String text) {
        String start = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
        for (int i = 0; i < start.length(); i++) {
            if (breaksLine(start.charAt(i))) {
                return start.replace(start.charAt(i), '?').transform(WorkerMdc::printable);
            }
        }
        return start;
    }

    private static boolean breaksLine(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }

    @Override
    public void close() {
        MDC.remove(PID);
        MDC.remove(IDENTITY);
    }
}
