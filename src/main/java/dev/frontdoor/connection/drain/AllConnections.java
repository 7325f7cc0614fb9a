package dev.frontdoor.connection.drain;

import dev.frontdoor.connection.Connections;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.RegistrationService;
import dev.frontdoor.registration.WorkerLink;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What a drain closes: all connections. It is over when the unregister calls have been made. */
final class AllConnections implements ClosedGroup {

    private static final Logger log = LoggerFactory.getLogger(AllConnections.class);

    private final Connections connections;
    private final RegistrationService registrations;
    private final BooleanSupplier inForce;

    AllConnections(
            Connections connections, RegistrationService registrations, BooleanSupplier inForce) {
        this.connections = connections;
        this.registrations = registrations;
        this.inForce = inForce;
    }

    @Override
    public CloseCause cause() {
        return CloseCause.SERVICE_RESTART;
    }

    @Override
    public boolean isInForce() {
        return inForce.getAsBoolean();
    }

    @Override
    public List<WorkerLink> open() {
        return new ArrayList<>(connections.open());
    }

    @Override
    public boolean isEmpty() {
        return connections.count() == 0;
    }

    @Override
    public boolean isSettled() {
        return isEmpty() && registrations.ledgerCount() == 0;
    }

    @Override
    public void logProgress() {
        log.info("draining; open connections: {}", connections.count());
    }

    @Override
    public void logUnsettled() {
        log.warn(
                "{} unregister calls were still pending at the drain deadline",
                registrations.ledgerCount());
    }
}
