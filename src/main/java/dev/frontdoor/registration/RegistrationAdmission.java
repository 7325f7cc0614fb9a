package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.RegistrationMemory.Reservation;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** Checks a registration, and makes room for it, before any notifier is called. */
final class RegistrationAdmission {

    /** When a worker that found no room may try again. Room appears as others disconnect. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final RegistrationRules rules;
    private final RegistrationMemory memory;

    RegistrationAdmission(RegistrationRules rules, RegistrationMemory memory) {
        this.rules = rules;
        this.memory = memory;
    }

    /**
     * Checks a registration and makes room for it.
     *
     * @param inForce the room of the registration in force; null if none is. A worker that declares
     *     the same again gets no second room and needs no second check
     */
    Admission admit(WorkerRegistration registration, @Nullable Reservation inForce) {
        if (inForce != null && inForce.registration().equals(registration)) {
            return new Admission(copy(inForce.registration()), inForce.again(), null);
        }
        String violation = rules.violation(registration);
        if (violation != null) {
            return new Admission(registration, null, new Decision.Rejected(violation));
        }
        Reservation reservation = memory.reserve(registration);
        return reservation == null
                ? new Admission(
                        registration,
                        null,
                        Decision.deferred(
                                "the service has no memory for further registrations", RETRY_AFTER))
                : new Admission(reservation.registration(), reservation, null);
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
