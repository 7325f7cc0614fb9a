package dev.frontdoor.directory;

import dev.frontdoor.directory.FleetOutcome.Failed;
import dev.frontdoor.directory.FleetOutcome.PushFailed;
import dev.frontdoor.directory.FleetOutcome.Replied;
import dev.frontdoor.notifier.PushException.Reason;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Carries out what other instances ask for, and answers them. Used by the thread of the inbox. */
final class ServedActions {

    /** How long an answer is of use. */
    private static final long ANSWER_MILLIS = 60_000;

    /** Instances whose latest messages are known. */
    private static final int MAX_INSTANCES = 256;

    private final String own;
    private final LocalActions local;
    private final Outbox outbox;
    private final FleetKey key;
    private final RedisClock redisClock;
    private final FleetProperties properties;
    private final Map<String, ReplayWindow> windows = new BoundedMap<>(MAX_INSTANCES);
    private final Map<Request, CompletableFuture<FleetOutcome>> inProgress =
            new ConcurrentHashMap<>();

    private record Request(String from, long id) {}

    ServedActions(
            String own,
            LocalActions local,
            Outbox outbox,
            FleetKey key,
            RedisClock redisClock,
            FleetProperties properties) {
        this.own = own;
        this.local = local;
        this.outbox = outbox;
        this.key = key;
        this.redisClock = redisClock;
        this.properties = properties;
    }

    /**
     * Carries out an action.
     *
     * @return false if the same message has come before
     */
    boolean serve(FleetMessage message, FleetAction action) {
        if (!windows.computeIfAbsent(message.from(), _ -> new ReplayWindow()).take(message.id())) {
            return false;
        }
        if (inProgress.size() >= properties.maxPending()) {
            answer(message, tooMany(action));
            return true;
        }
        Request request = new Request(message.from(), message.id());
        CompletableFuture<FleetOutcome> outcome = local.perform(action);
        inProgress.put(request, outcome);
        var _ =
                outcome.whenComplete((with, _) -> {
                    inProgress.remove(request);
                    if (with != null) {
                        answer(message, fitting(with));
                    }
                });
        return true;
    }

    /** An action is not wanted any more. */
    void cancel(FleetMessage message) {
        CompletableFuture<FleetOutcome> outcome =
                inProgress.get(new Request(message.from(), message.id()));
        if (outcome != null) {
            outcome.cancel(false);
        }
    }

    /** Whether everything was answered. */
    boolean isIdle() {
        return inProgress.isEmpty() && outbox.isEmpty();
    }

    private FleetOutcome fitting(FleetOutcome outcome) {
        return outcome instanceof Replied replied
                        && replied.payload().length > properties.maxPayloadSize().toBytes()
                ? new PushFailed(
                        Reason.PAYLOAD_TOO_LARGE,
                        null,
                        "the reply of %s bytes exceeds frontdoor.fleet.max-payload-size (%s)"
                                .formatted(replied.payload().length, properties.maxPayloadSize()))
                : outcome;
    }

    private static FleetOutcome tooMany(FleetAction action) {
        String message = "the instance carries out as many actions of others as it may";
        return action.content() == null
                ? new Failed(message)
                : new PushFailed(Reason.TOO_MANY_PENDING, null, message);
    }

    private void answer(FleetMessage message, FleetOutcome outcome) {
        // An answer that does not arrive is not sent again: whoever awaits it has a time limit.
        var _ =
                outbox.send(
                        message.from(),
                        key.sign(
                                MessageWriter.write(
                                        new FleetMessage(
                                                message.id(),
                                                own,
                                                message.from(),
                                                redisClock.now() + ANSWER_MILLIS,
                                                outcome))));
    }
}
