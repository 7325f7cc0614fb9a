package dev.frontdoor.actuate.stream;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import dev.frontdoor.event.Event;
import dev.frontdoor.event.RecordedEvent;
import dev.frontdoor.event.WorkerEntry;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.json.JsonMapper;

import java.time.Instant;
import java.util.List;

/** The text of server-sent events. */
final class EventText {

    /** A comment, which clients ignore. */
    static final String COMMENT = ":\n\n";

    private final EventIds ids;
    private final String instance;
    private final JsonMapper mapper;

    EventText(String instance, JsonMapper mapper) {
        this.ids = new EventIds(instance);
        this.instance = instance;
        this.mapper = mapper;
    }

    EventIds ids() {
        return ids;
    }

    /** An event of the log. */
    String event(RecordedEvent recorded) {
        Event event = recorded.event();
        return text(
                recorded.sequence(),
                event.type(),
                new Body(recorded.sequence(), recorded.at(), event.type(), event));
    }

    /**
     * The begin of a stream at the present.
     *
     * @param id the number of the last event before it; null if a snapshot follows
     */
    String opened(@Nullable Long id, long sequence) {
        return text(id, "opened", new Opened(instance, sequence));
    }

    /** The begin of a stream that cannot resume where its client was. */
    String reset(@Nullable Long id, long sequence, String reason) {
        return text(id, "reset", new Reset(instance, sequence, reason));
    }

    /**
     * A part of the table.
     *
     * @param id the number of the last event before the snapshot; null unless this is its last part
     * @param remaining how many workers follow in other parts
     */
    String snapshot(@Nullable Long id, List<WorkerEntry> workers, int remaining) {
        return text(id, "snapshot", new Snapshot(workers, remaining));
    }

    /** The last event of a reader that was too slow. */
    String lagged(long after, long last) {
        return text(
                null,
                "lagged",
                new Lagged(
                        after + 1,
                        last,
                        "the events from missedFrom on are no longer kept; this reader is too"
                                + " slow"));
    }

    /** The last event before the service stops. */
    String stopping() {
        return text(null, "stopping", new Stopping("the service is stopping"));
    }

    /** The begin of a stream of the fleet. */
    String fleetOpened() {
        return text(null, "opened", new FleetOpened(instance));
    }

    /** A change of the fleet. */
    String fleetChange(String type, Object body) {
        return text(null, type, body);
    }

    /** The last event of a stream of the fleet that misses changes. */
    String fleetLagged(String reason) {
        return text(null, "lagged", new Stopping(reason));
    }

    /** The last event of a reader whose credentials do not count any longer. */
    String unauthorized(String reason) {
        return text(null, "unauthorized", new Unauthorized(reason));
    }

    private String text(@Nullable Long id, String type, Object data) {
        return (id == null ? "" : "id: " + ids.id(id) + "\n")
                + "event: "
                + type
                + "\ndata: "
                + mapper.writeValueAsString(data)
                + "\n\n";
    }

    /** The JSON of an event. */
    record Body(long sequence, Instant at, String type, @JsonUnwrapped Event event) {}

    /** The JSON at the begin of a stream. */
    record Opened(String instance, long sequence) {}

    /** The JSON at the begin of a stream that cannot resume. */
    record Reset(String instance, long sequence, String reason) {}

    /** The JSON of a part of the table. */
    record Snapshot(List<WorkerEntry> workers, int remaining) {}

    /** The JSON for a reader that was too slow. */
    record Lagged(long missedFrom, long last, String reason) {}

    /** The JSON at the begin of a stream of the fleet. */
    record FleetOpened(String instance) {}

    /** The JSON for a reader whose credentials do not count any longer. */
    record Unauthorized(String reason) {}

    /** The JSON before the service stops. */
    record Stopping(String reason) {}
}
