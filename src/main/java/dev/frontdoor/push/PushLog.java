package dev.frontdoor.push;

import dev.frontdoor.invocation.WorkerMdc;
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

    /** A worker refused a push in a form that the protocol does not allow. */
    void malformedRefusal(WorkerLink link) {
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
