package dev.frontdoor.registration;

import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.RegistrationMemory.Reservation;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** Checks a registration, and makes room for it, before any notifier is called. */
final class RegistrationAdmission {

    /** When a worker that found no room may try again. Room appears as others disconnect. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final RegistrationRules rules;
    private final PrincipalRules principalRules;
    private final RegistrationsPerPrincipal perPrincipal;
    private final RegistrationMemory memory;

    RegistrationAdmission(
            RegistrationRules rules,
            PrincipalRules principalRules,
            RegistrationsPerPrincipal perPrincipal,
            RegistrationMemory memory) {
        this.rules = rules;
        this.principalRules = principalRules;
        this.perPrincipal = perPrincipal;
        this.memory = memory;
    }

    /**
     * Checks a registration and makes room for it.
     *
     * @param principal who the worker has proved to be; null where nobody has to
     * @param inForce the room of the registration in force; null if none is. A worker that declares
     *     the same again gets no second room and needs no second check
     */
    Admission admit(
            WorkerRegistration registration,
            @Nullable Principal principal,
            @Nullable Reservation inForce) {
        Duration retryAfter = perPrincipal.retryAfter(principal);
        if (retryAfter != null) {
            return refused(
                    registration,
                    Decision.deferred("too many workers of one principal register", retryAfter));
        }
        boolean isAgain = inForce != null && inForce.registration().equals(registration);
        String violation = isAgain ? null : rules.violation(registration);
        if (violation == null) {
            violation = principalRules.violation(registration, principal);
        }
        if (violation != null) {
            return refused(registration, new Decision.Rejected(violation));
        }
        if (inForce != null && isAgain) {
            return new Admission(copy(inForce.registration()), inForce.again(), null);
        }
        Reservation reservation = memory.reserve(registration);
        return reservation == null
                ? refused(
                        registration,
                        Decision.deferred(
                                "the service has no memory for further registrations", RETRY_AFTER))
                : new Admission(reservation.registration(), reservation, null);
    }

    private static Admission refused(WorkerRegistration registration, Decision refusal) {
        return new Admission(registration, null, refusal);
    }

    /** Notifiers may be called again for it, so it is not the object that is in force. */
    private static WorkerRegistration copy(WorkerRegistration registration) {
        return new WorkerRegistration(
                registration.namespaces(),
                registration.taskQueue(),
                registration.node(),
                registration.activityTypes(),
                registration.identity(),
                registration.activities());
    }

    /**
     * What was found.
     *
     * @param registration the registration to go on with
     * @param reservation its room; null if it has none
     * @param refusal why it is rejected; null if it is not
     */
    record Admission(
            WorkerRegistration registration,
            @Nullable Reservation reservation,
            @Nullable Decision refusal) {}
}
