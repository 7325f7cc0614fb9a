package dev.frontdoor.registration;

import dev.frontdoor.event.Event;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.invocation.WorkerMdc;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.util.List;

/** The log lines about decisions, and the events of rejections. Used by any thread. */
final class RegistrationLog {

    private static final Logger log = LoggerFactory.getLogger(RegistrationLog.class);

    private final RefusalLog refusals;
    private final EventLog events;

    RegistrationLog(RefusalLog refusals, EventLog events) {
        this.events = events;
        this.refusals = refusals;
    }

    /**
     * A registration is decided.
     *
     * @param kind what an accepted one is to the one that was in force
     */
    void decided(WorkerLink link, String identity, Decision decision, Kind kind) {
        if (decision instanceof Decision.Rejected rejected) {
            events.record(
                    new Event.Rejected(
                            link.pid(),
                            identity,
                            link.remoteAddress(),
                            rejected.outcome().label(),
                            rejected.reason()));
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
            accepted(link, identity, decision, kind);
        }
    }

    private void accepted(WorkerLink link, String identity, Decision decision, Kind kind) {
        switch (kind) {
            case FIRST ->
                    refusals.logEvent(
                            "accepted registrations",
                            link.remoteAddress(),
                            () -> log(Level.INFO, link, identity, decision, ""));
            case CHANGED ->
                    refusals.log(
                            "changed registrations",
                            link.remoteAddress(),
                            () -> log(Level.INFO, link, identity, decision, ""));
            case REPEATED -> log(Level.DEBUG, link, identity, decision, "");
        }
    }

    private static void log(
            Level level, WorkerLink link, String identity, Decision decision, String suffix) {
        if (!log.isEnabledForLevel(level)) {
            return;
        }
        Principal principal = link.facts().principal();
        try (WorkerMdc _ = WorkerMdc.of(link.pid(), identity)) {
            log.atLevel(level)
                    .log(
                            "pid {}: registration of '{}'{} {}{}",
                            link.pid(),
                            DisplayText.of(identity),
                            principal == null
                                    ? ""
                                    : " by principal '" + DisplayText.of(principal.name()) + "'",
                            decision.outcome().label(),
                            suffix);
        }
    }

    /** What a registration is to the one that was in force on its connection. */
    enum Kind {
        FIRST,
        CHANGED,
        REPEATED;

        static Kind of(
                WorkerRegistration registration,
                List<String> holders,
                @Nullable LiveWorker earlier) {
            if (earlier == null) {
                return FIRST;
            }
            boolean same =
                    registration.equals(earlier.registration())
                            && holders.equals(earlier.holders());
            return same ? REPEATED : CHANGED;
        }
    }
}
