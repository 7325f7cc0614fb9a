package dev.frontdoor.actuate.stream;

import dev.frontdoor.actuate.NotifierFaults;
import dev.frontdoor.event.Event;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.invocation.Notifier;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Records when health begins to report a notifier as down, and when it no longer does. It looks
 * every second, so that calls cost no more. Used by one thread at a time.
 */
final class NotifierWatch {

    /** How often it looks, in milliseconds. */
    static final long INTERVAL = 1000;

    private final List<Notifier> notifiers;
    private final EventLog log;
    private final Set<String> down = new HashSet<>();

    NotifierWatch(List<Notifier> notifiers, EventLog log) {
        this.notifiers = notifiers;
        this.log = log;
    }

    /** Records what has changed since the last call. */
    void check() {
        for (Notifier notifier : notifiers) {
            String name = notifier.name();
            String reason = NotifierFaults.of(notifier);
            if (reason != null && down.add(name)) {
                log.record(new Event.NotifierDown(name, reason));
            } else if (reason == null && down.remove(name)) {
                log.record(new Event.NotifierUp(name));
            }
        }
    }
}
