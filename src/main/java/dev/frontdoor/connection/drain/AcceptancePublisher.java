package dev.frontdoor.connection.drain;

import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.RegistrationService;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Tells whether workers are accepted: to the registrations, the pushes, the evictions, and the
 * listeners of readiness. One thread at a time does so, and reads the state anew each time, so that
 * the last that it tells is true.
 */
final class AcceptancePublisher {

    private static final Logger log = LoggerFactory.getLogger(AcceptancePublisher.class);

    private final RegistrationService registrations;
    private final PushService pushes;
    private final Evictions evictions;
    private final ApplicationContext context;
    private final AtomicInteger changes = new AtomicInteger();

    AcceptancePublisher(
            RegistrationService registrations,
            PushService pushes,
            Evictions evictions,
            ApplicationContext context) {
        this.registrations = registrations;
        this.pushes = pushes;
        this.evictions = evictions;
        this.context = context;
    }

    /** Called after each change of the state. */
    void publish(BooleanSupplier accepting) {
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
            pushes.startAccepting();
            evictions.startAccepting();
        } else {
            registrations.stopAccepting();
            pushes.stopAccepting();
            evictions.stopAccepting();
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
