package dev.frontdoor.actuate.stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * Streams events. Spring Boot collects the result of an operation before it answers, so {@link
 * EventStreamMapping} serves the requests. The operation makes the stream an endpoint like others:
 * its exposure, its access, its path and its parameters are read from here.
 */
@WebEndpoint(id = EventsEndpoint.ID)
public final class EventsEndpoint {

    static final String ID = "events";

    EventsEndpoint() {}

    /**
     * The events from now on, or after the one in {@code Last-Event-ID}.
     *
     * @param snapshot {@code true} for a stream that begins with the table, unless it resumes;
     *     {@code false}, which null means too, for events only
     * @param scope {@code instance}, which null means too, for the events of this process; {@code
     *     fleet} for the changes of the directory, which always begin now and without the table
     */
    // Only Spring Boot could call it, and the mapping is asked before.
    @SuppressWarnings("DoNotCallSuggester")
    @ReadOperation(produces = "text/event-stream")
    public Object events(@Nullable String snapshot, @Nullable String scope) {
        throw new UnsupportedOperationException("EventStreamMapping serves the events");
    }
}
