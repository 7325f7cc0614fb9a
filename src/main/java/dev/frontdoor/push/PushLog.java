package dev.frontdoor.push;

import dev.frontdoor.invocation.WorkerMdc;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.registration.RefusalLog;
import dev.frontdoor.registration.WorkerLink;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log lines about pushes. Used by any thread. */
final class PushLog {

    private static final Logger log = LoggerFactory.getLogger(PushLog.class);

    private final RefusalLog refusals;

    PushLog(RefusalLog refusals) {
        this.refusals = refusals;
    }

    /** A worker refused a push. There is a line only if it did so in a malformed way. */
    void refused(WorkerLink link, PushRefusal refusal) {
        if (!refusal.equals(RefusalParser.MALFORMED)) {
            return;
        }
        refusals.log(
                "malformed refusals of pushes",
                link.remoteAddress(),
                () -> {
                    try (WorkerMdc _ = WorkerMdc.of(link.pid(), null)) {
                        log.warn(
                                "pid {}: the worker at {} refused a push with a malformed record,"
                                        + " which counts as unavailable",
                                link.pid(),
                                link.remoteAddress());
                    }
                });
    }
}
