package dev.frontdoor.connection.drain;

import dev.frontdoor.registration.RegistrationService;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Tells the registrations and the listeners of readiness whether workers are accepted. One thread
 * at a time does so, and reads the state anew each time, so that the last that it tells is true.
 */
final class AcceptancePublisher {

    private static final Logger log = LoggerFactory.getLogger(AcceptancePublisher.class);

    private final RegistrationService registrations;
    private final ApplicationContext context;
    private final BooleanSupplier accepting;
    private final AtomicInteger changes = new AtomicInteger();

    AcceptancePublisher(
            RegistrationService registrations,
            ApplicationContext context,
            BooleanSupplier accepting) {
        this.registrations = registrations;
        this.context = context;
        this.accepting = accepting;
    }

    /** Called after each change of the state. */
    void publish() {
        int published = changes.incrementAndGet();
        if (published > 1) {
            return;
        }
        while (published > 0) {
            publish(accepting.getAsBoolean());
            published = changes.addAndGet(-published);
        }
    }

    private void publish(boolean accepted) {
        if (accepted) {
            registrations.startAccepting();
        } else {
            registrations.stopAccepting();
        }
        try {
            AvailabilityChangeEvent.publish(
                    context,
                    accepted ? ReadinessState.ACCEPTING_TRAFFIC : ReadinessState.REFUSING_TRAFFIC);
        } catch (Throwable e) {
            log.error("a listener of the readiness state failed", e);
        }
    }
}
