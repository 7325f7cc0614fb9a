package dev.frontdoor.notifier;

import java.util.Locale;

/**
 * A change of the directory.
 *
 * @param instance the instance of the worker
 * @param epoch the epoch of the instance
 * @param sequence the number of the change within that epoch, from 1
 * @param kind what has happened
 * @param worker the worker after the change, or before its end
 */
public record FleetChange(
        String instance, long epoch, long sequence, Kind kind, FleetWorker worker) {

    /** What can happen to a worker in the directory. */
    public enum Kind {
        /** It was entered: a new worker, or one that its instance enters anew in a later epoch. */
        REGISTERED,
        /** It has another registration or other labels. */
        CHANGED,
        /** It has disconnected, or its registration was undone. */
        DEPARTED,
        /** Its instance has died, and it was not seen elsewhere. */
        LOST,
        /** Its instance has died, and it has reconnected to another one. */
        MOVED,
        /** It was reported lost, and is still connected to its instance. */
        RETURNED;

        /** The name in lower case, as in streams of events. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
