package dev.frontdoor.directory;

import dev.frontdoor.directory.FleetOutcome.Done;
import dev.frontdoor.directory.FleetOutcome.Failed;
import dev.frontdoor.directory.FleetOutcome.PushFailed;
import dev.frontdoor.directory.FleetOutcome.Replied;
import dev.frontdoor.notifier.FleetException;
import dev.frontdoor.notifier.FleetResult;
import dev.frontdoor.notifier.PushException;

import java.util.Map;
import java.util.TreeMap;

/** The outcomes of an action on all instances. Used by any thread. */
final class ActionResults {

    private final Map<String, String> failures = new TreeMap<>();
    private long workers;

    synchronized void add(String instance, FleetOutcome outcome) {
        try {
            workers += done(outcome);
        } catch (PushException | FleetException e) {
            failures.put(instance, String.valueOf(e.getMessage()));
        }
    }

    synchronized FleetResult sum() {
        return new FleetResult(workers, failures);
    }

    /**
     * How many workers an action concerned.
     *
     * @throws PushException if a send has failed
     * @throws FleetException if another action has failed
     */
    static long done(FleetOutcome outcome) {
        return switch (outcome) {
            case Done done -> done.workers();
            case PushFailed failed -> throw failed.exception();
            case Failed failed -> throw failed.exception();
            case Replied _ -> throw new FleetException("the answer is that of a push", null);
        };
    }
}
