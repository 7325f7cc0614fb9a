package dev.frontdoor.webhook;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has an HTTP service decide on workers.
 *
 * <p>A registration is asked about while the worker waits. When the outcome is unknown, this
 * notifier throws and so holds nothing new, and the service has nothing to undo; but the receiver
 * may have taken the worker on. It is then told what stands, from the queue: the end of the pid, or
 * the registration that a replacement left in force.
 */
final class WebhookNotifier implements ConnectionNotifier {

    private static final Logger log = LoggerFactory.getLogger(WebhookNotifier.class);

    private final WebhookClient client;
    private final Events events;
    private final DeliveryQueue deliveries;

    /** What the receiver took on last, and has not been told the end of. */
    private final Map<Long, WorkerRegistration> taken = new ConcurrentHashMap<>();

    WebhookNotifier(WebhookClient client, Events events, DeliveryQueue deliveries) {
        this.client = client;
        this.events = events;
        this.deliveries = deliveries;
    }

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        awaitEarlierEvents(pid);
        switch (client.post(events.registered(pid, registration))) {
            case WebhookResult.Accepted _ -> taken.put(pid, registration);
            case WebhookResult.Rejected(String reason) ->
                    throw new RegistrationRejectedException(reason);
            case WebhookResult.Failed failed -> {
                if (failed.mayHaveTaken()) {
                    putRight(pid);
                }
                throw new WebhookException("the receiver " + failed.what(), failed.cause());
            }
        }
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        taken.remove(pid);
        deliveries.add(events.unregistered(pid));
    }

    /** So that no earlier event of this pid arrives after the one that is due now. */
    private void awaitEarlierEvents(long pid) {
        try {
            if (!deliveries.settle(pid, client.timeout())) {
                throw new WebhookException(
                        "an earlier event of pid %d is not delivered yet".formatted(pid), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WebhookException("interrupted before the receiver was asked", e);
        }
    }

    private void putRight(long pid) {
        WorkerRegistration inForce = taken.get(pid);
        Event event = inForce == null ? events.unregistered(pid) : events.registered(pid, inForce);
        log.debug("pid {}: the outcome is unknown, so event {} follows", pid, event.id());
        deliveries.add(event);
    }
}
