package dev.frontdoor.directory;

import dev.frontdoor.directory.FleetOutcome.Failed;
import dev.frontdoor.directory.FleetOutcome.PushFailed;
import dev.frontdoor.directory.Outbox.Delivery;
import dev.frontdoor.notifier.PushException.Reason;

import java.time.Duration;

/** The outcomes of actions that another instance has not answered. */
final class ActionFailures {

    private ActionFailures() {}

    static FleetOutcome undelivered(String instance, FleetAction action, Delivery delivery) {
        return switch (delivery) {
            case FULL ->
                    failed(
                            action,
                            Reason.OUTBOUND_FULL,
                            "too many messages wait for instance " + instance);
            case OTHER_KEY ->
                    unreachable(
                            action,
                            "instance %s has another frontdoor.fleet.key, or another version"
                                    .formatted(instance));
            case ABSENT, DELIVERED -> absent(instance, action);
        };
    }

    static FleetOutcome absent(String instance, FleetAction action) {
        return unreachable(action, "instance %s has no live lease".formatted(instance));
    }

    static FleetOutcome expired(FleetAction action, Duration limit) {
        return failed(action, Reason.EXPIRED, "there was no answer within %s".formatted(limit));
    }

    static FleetOutcome unreachable(FleetAction action, String why) {
        return failed(action, Reason.UNREACHABLE, why);
    }

    static FleetOutcome failed(FleetAction action, Reason reason, String why) {
        return switch (action) {
            case FleetAction.Push _, FleetAction.Send _ -> new PushFailed(reason, null, why);
            case FleetAction.Disconnect _,
                    FleetAction.Evict _,
                    FleetAction.Ban _,
                    FleetAction.Identity _,
                    FleetAction.ReadBans _ ->
                    new Failed(why);
        };
    }
}
