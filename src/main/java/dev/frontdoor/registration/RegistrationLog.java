package dev.frontdoor.registration;

import dev.frontdoor.invocation.WorkerMdc;
import dev.frontdoor.notifier.DisplayText;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The log lines about decisions. Used by any thread. */
final class RegistrationLog {

    private static final Logger log = LoggerFactory.getLogger(RegistrationLog.class);

    private final RefusalLog refusals;

    RegistrationLog(RefusalLog refusals) {
        this.refusals = refusals;
    }

    /**
     * A registration is decided.
     *
     * @param repeated whether it repeats the one in force
     */
    void decided(WorkerLink link, String identity, Decision decision, boolean repeated) {
        if (decision instanceof Decision.Rejected rejected) {
            refusals.log(
                    "rejected registrations",
                    link.remoteAddress(),
                    () ->
                            log(
                                    Level.INFO,
                                    link,
                                    identity,
                                    decision,
                                    ": " + DisplayText.of(rejected.reason())));
        } else {
            log(repeated ? Level.DEBUG : Level.INFO, link, identity, decision, "");
        }
    }

    private static void log(
            Level level, WorkerLink link, String identity, Decision decision, String suffix) {
        if (!log.isEnabledForLevel(level)) {
            return;
        }
        try (WorkerMdc _ = WorkerMdc.of(link.pid(), identity)) {
            log.atLevel(level)
                    .log(
                            "pid {}: registration of '{}' {}{}",
                            link.pid(),
                            DisplayText.of(identity),
                            decision.outcome().label(),
                            suffix);
        }
    }
}
