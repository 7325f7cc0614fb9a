package dev.frontdoor.worker;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Observes a worker, for logs and metrics. */
@FunctionalInterface
public interface EventListener {

    /**
     * Called for each event, in order and one at a time, on the worker's own thread: it must not
     * block. An exception is logged and has no other effect.
     */
    void onEvent(Event event);

    /** Calls this listener and then the other one. */
    default EventListener and(EventListener other) {
        return event -> {
            onEvent(event);
            other.onEvent(event);
        };
    }

    /** Logs states, ends, rejections and failures; pushes at DEBUG, by number and size only. */
    static EventListener logging(Logger logger) {
        return event -> {
            if (event instanceof Event.Failure failure) {
                logger.log(Level.WARNING, failure.what(), failure.cause());
            } else if (event instanceof Event.Rejected
                    || event instanceof Event.Disconnected
                    || event instanceof Event.PublishRefused) {
                logger.log(Level.WARNING, event);
            } else if (event instanceof Event.StateChanged) {
                logger.log(Level.INFO, event);
            } else {
                logger.log(Level.DEBUG, event);
            }
        };
    }
}
