package dev.frontdoor.webhook;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.FleetListener;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.notifier.UnprocessableRegistrationException;
import dev.frontdoor.protocol.WorkerRegistration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Lets an HTTP service decide on workers.
 *
 * <p>A registration is sent while the worker waits. If its outcome is unknown, this notifier
 * throws, so it holds nothing new and the service undoes nothing. But the receiver may have
 * accepted the worker. So a further event corrects the receiver's state: the end of the pid, or the
 * registration that a replacement left in force.
 *
 * <p>With a directory, it also sends what becomes of the workers of dead instances.
 */
final class WebhookNotifier implements ConnectionNotifier, FleetListener {

    private static final Logger log = LoggerFactory.getLogger(WebhookNotifier.class);

    private final WebhookClient client;
    private final EventFactory events;
    private final EventDelivery delivery;

    /** The registrations that the receiver accepted last, until their pid ends. */
    private final Map<Long, WorkerRegistration> accepted = new ConcurrentHashMap<>();

    WebhookNotifier(WebhookClient client, EventFactory events, EventDelivery delivery) {
        this.client = client;
        this.events = events;
        this.delivery = delivery;
    }

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        awaitEarlierEvents(pid);
        switch (client.post(events.registered(pid, registration))) {
            case WebhookResult.Accepted _ -> accepted.put(pid, registration);
            case WebhookResult.Rejected(String reason) ->
                    throw new RegistrationRejectedException(reason);
            case WebhookResult.Unprocessable result ->
                    throw new UnprocessableRegistrationException(
                            "the receiver " + result.description());
            case WebhookResult.Failed failed -> {
                if (failed.mayHaveAccepted()) {
                    correct(pid);
                }
                throw new WebhookException("the receiver " + failed.what(), failed.cause());
            }
        }
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        accepted.remove(pid);
        delivery.add(events.unregistered(pid));
    }

    @Override
    public void onWorkerLost(String instance, long pid, WorkerRegistration registration) {
        delivery.add(events.ofFleet(Event.LOST, instance, pid, registration));
    }

    @Override
    public void onWorkerMoved(
            String instance, long pid, WorkerRegistration registration, FleetWorker to) {
        delivery.add(events.moved(instance, pid, registration, to));
    }

    @Override
    public void onWorkerReturned(String instance, long pid, WorkerRegistration registration) {
        delivery.add(events.ofFleet(Event.RETURNED, instance, pid, registration));
    }

    /** Events of one pid arrive in order, so an undelivered one must go first. */
    private void awaitEarlierEvents(long pid) {
        try {
            if (!delivery.flush(pid, client.timeout()).get()) {
                throw new WebhookException(
                        "an earlier event of pid %s is not delivered yet".formatted(pid), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WebhookException("interrupted before the receiver was called", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing fails this future", e);
        }
    }

    private void correct(long pid) {
        WorkerRegistration inForce = accepted.get(pid);
        Event event = inForce == null ? events.unregistered(pid) : events.registered(pid, inForce);
        log.debug("pid {}: the outcome is unknown, so event {} follows", pid, event.id());
        delivery.add(event);
    }
}
