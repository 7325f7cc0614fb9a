package dev.frontdoor.connection.drain;

import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.WorkerLink;

import java.util.List;

/** The connections that a drain or an eviction closes. Asked by one thread at a time. */
interface ClosedGroup {

    /** Why they are closed. */
    CloseCause cause();

    /** Whether connections may still be closed; false once it was canceled. */
    boolean isInForce();

    /** Those that are open now; a copy. */
    List<WorkerLink> open();

    /** Whether none is open. Asked often. */
    boolean isEmpty();

    /** Whether all that follows from the closes has happened. */
    boolean isSettled();

    /** Called about once a second. */
    void logProgress();

    /** Called if the time for what follows from the closes is over. */
    void logUnsettled();
}
