package dev.frontdoor.notifier;

import java.util.Map;

/**
 * What an action on all live instances has achieved.
 *
 * @param workers how many workers it concerned, on all instances that have answered
 * @param failures why an instance has not acted, or may not have, by its name
 */
public record FleetResult(long workers, Map<String, String> failures) {

    /** Copies the map. */
    public FleetResult {
        failures = Map.copyOf(failures);
    }
}
