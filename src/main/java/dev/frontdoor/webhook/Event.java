package dev.frontdoor.webhook;

import dev.frontdoor.logging.DisplayEscapes;
import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.Departure;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A CloudEvents 1.0 event for the receiver. It is the same in each attempt.
 *
 * @param id unique among all events
 * @param source the instance that sends it
 * @param type what has happened
 * @param sequence increases with each event of this source
 * @param time when it was created
 * @param instance the instance of the connection, if the event is about the fleet; null for this
 *     one
 * @param pid the connection it describes
 * @param registration what the worker declared; null if the pid has ended
 * @param movedTo where the worker has reconnected; null unless it has
 * @param connection what is known of the connection; null if nothing is
 */
public record Event(
        String id,
        String source,
        String type,
        long sequence,
        Instant time,
        @Nullable String instance,
        long pid,
        @Nullable WorkerRegistration registration,
        @Nullable FleetWorker movedTo,
        @Nullable ConnectionFacts connection) {

    static final String REGISTERED = "dev.frontdoor.worker.registered";
    static final String UNREGISTERED = "dev.frontdoor.worker.unregistered";
    static final String LOST = "dev.frontdoor.worker.lost";
    static final String MOVED = "dev.frontdoor.worker.moved";
    static final String RETURNED = "dev.frontdoor.worker.returned";

    /** More than the JSON of an event without a registration, and of the names in one with it. */
    private static final int OVERHEAD = 1000;

    /** More than what stands around one text. */
    private static final int TEXT_OVERHEAD = 64;

    /** More than the JSON of a connection without its texts. */
    private static final int CONNECTION_OVERHEAD = 600;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(JsonFactory.builder().characterEscapes(new DisplayEscapes()).build())
                    .build();

    /** Events with an equal key are delivered in their order. */
    Object key() {
        return instance == null ? pid : subject();
    }

    private String subject() {
        return instance == null ? Long.toString(pid) : instance + "/" + pid;
    }

    /** The event in CloudEvents' structured JSON mode: exact texts, escaped for display. */
    byte[] json() {
        ObjectNode event = MAPPER.createObjectNode();
        event.put("specversion", "1.0");
        event.put("id", id);
        event.put("source", source);
        event.put("type", type);
        event.put("subject", subject());
        event.put("time", time.toString());
        event.put("sequence", String.format(Locale.ROOT, "%019d", sequence));
        event.put("datacontenttype", "application/json");
        ObjectNode data = event.putObject("data");
        if (instance != null) {
            data.put("instance", instance);
        }
        data.put("pid", pid);
        if (movedTo != null) {
            ObjectNode to = data.putObject("movedTo");
            to.put("instance", movedTo.instance());
            to.put("pid", movedTo.pid());
        }
        if (registration != null) {
            write(registration, data);
        }
        if (connection != null) {
            write(connection, data);
        }
        return MAPPER.writeValueAsBytes(event);
    }

    /** The most bytes that its JSON can have; about what the event takes up on the heap, too. */
    long maxSize() {
        return OVERHEAD
                + (instance == null ? 0 : 2 * sizeOf(instance))
                + (movedTo == null ? 0 : sizeOf(movedTo.instance()))
                + (registration == null ? 0 : sizeOf(registration))
                + (connection == null ? 0 : sizeOf(connection));
    }

    private static long sizeOf(ConnectionFacts connection) {
        Departure departure = connection.departure();
        long size =
                CONNECTION_OVERHEAD
                        + sizeOf(connection.remoteAddress())
                        + sizeOf(Objects.requireNonNullElse(principalOf(connection), ""))
                        + sizeOf(Objects.requireNonNullElse(connection.userAgent(), ""))
                        + (departure == null ? 0 : sizeOf(departure.reason()));
        for (Map.Entry<String, String> label : connection.labels().entrySet()) {
            size += sizeOf(label.getKey()) + sizeOf(label.getValue());
        }
        return size;
    }

    private static long sizeOf(WorkerRegistration registration) {
        String node = registration.node();
        long size =
                sizeOf(registration.identity())
                        + sizeOf(registration.taskQueue())
                        + sizeOf(node == null ? "" : node);
        for (String namespace : registration.namespaces()) {
            size += sizeOf(namespace);
        }
        for (String activityType : registration.activityTypes()) {
            size += sizeOf(activityType);
        }
        for (Activity activity : registration.activities()) {
            size +=
                    sizeOf(activity.name())
                            + sizeOf(activity.inputSchemaJson())
                            + sizeOf(activity.outputSchemaJson());
        }
        return size;
    }

    private static long sizeOf(String text) {
        long size = TEXT_OVERHEAD;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (!DisplayText.isSafe(unit)) {
                size += 6;
            } else if (unit < 0x80) {
                size += unit == '"' || unit == '\\' ? 2 : 1;
            } else {
                size += 3;
            }
        }
        return size;
    }

    private static void write(WorkerRegistration registration, ObjectNode data) {
        data.put("identity", registration.identity());
        write(registration.namespaces(), data.putArray("namespaces"));
        data.put("taskQueue", registration.taskQueue());
        data.put("node", registration.node());
        write(registration.activityTypes(), data.putArray("activityTypes"));
        ArrayNode activities = data.putArray("activities");
        for (Activity activity : registration.activities()) {
            ObjectNode written = activities.addObject();
            written.put("name", activity.name());
            written.put("inputSchemaJson", activity.inputSchemaJson());
            written.put("outputSchemaJson", activity.outputSchemaJson());
        }
    }

    /** The same members as in the service's stream of events. */
    private static void write(ConnectionFacts connection, ObjectNode data) {
        data.put("remoteAddress", connection.remoteAddress());
        data.put("transport", connection.transport().label());
        data.put("principal", principalOf(connection));
        data.put("userAgent", connection.userAgent());
        ObjectNode labels = data.putObject("labels");
        new TreeMap<>(connection.labels()).forEach(labels::put);
        data.put("connectedAt", connection.connectedAt().toString());
        Departure departure = connection.departure();
        if (departure != null) {
            ObjectNode written = data.putObject("departure");
            written.put("code", departure.code());
            written.put("by", departure.initiator().label());
            written.put("reason", departure.reason());
            written.put("endedAt", departure.endedAt().toString());
        }
    }

    private static void write(List<String> values, ArrayNode array) {
        values.forEach(array::add);
    }

    private static @Nullable String principalOf(ConnectionFacts connection) {
        Principal principal = connection.principal();
        return principal == null ? null : principal.name();
    }
}
