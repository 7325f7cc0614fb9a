package dev.frontdoor.event;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A worker in an event. Texts are truncated, and lists have their first 100 items.
 *
 * @param identity null if the worker has declared none
 * @param taskQueue null if the worker was never registered
 * @param node where the worker runs; null if it does not say
 * @param holders the bean names of the notifiers that hold the pid, in call order
 * @param remoteAddress where it connected from, as {@code host:port}
 * @param transport what carries the connection: {@code websocket} or {@code tcp}
 * @param principal who it has proved to be; null if it has proved nothing
 * @param userAgent what it is, by its own account; null if it does not say
 * @param labels its labels, by name
 * @param registeredAt when its last registration was accepted; null if it was never registered
 */
public record WorkerEntry(
        long pid,
        @Nullable String identity,
        List<String> namespaces,
        @Nullable String taskQueue,
        @Nullable String node,
        List<String> activityTypes,
        List<String> holders,
        String remoteAddress,
        String transport,
        @Nullable String principal,
        @Nullable String userAgent,
        Map<String, String> labels,
        Instant connectedAt,
        @Nullable Instant registeredAt) {

    /** More than an entry takes up without its texts. */
    private static final int OVERHEAD = 300;

    /** What a text takes up besides its characters, in characters. */
    private static final int TEXT_OVERHEAD = 28;

    /** The same worker after a later registration that says the same. */
    public WorkerEntry withRegisteredAt(Instant later) {
        return new WorkerEntry(
                pid,
                identity,
                namespaces,
                taskQueue,
                node,
                activityTypes,
                holders,
                remoteAddress,
                transport,
                principal,
                userAgent,
                labels,
                connectedAt,
                later);
    }

    /** About how many bytes it takes up on the heap, with characters of two bytes. */
    public int size() {
        return OVERHEAD + 2 * length();
    }

    private int length() {
        int length =
                length(identity)
                        + length(taskQueue)
                        + length(node)
                        + length(userAgent)
                        + length(principal)
                        + length(remoteAddress)
                        + length(namespaces)
                        + length(activityTypes)
                        + length(holders);
        for (Map.Entry<String, String> label : labels.entrySet()) {
            length += length(label.getKey()) + length(label.getValue());
        }
        return length;
    }

    private static int length(List<String> texts) {
        int length = 0;
        for (int i = 0; i < texts.size(); i++) {
            length += length(texts.get(i));
        }
        return length;
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : TEXT_OVERHEAD + text.length();
    }
}
